import type { LetterName } from '#db/jobs/post-queue.ts';
import { countConfirmationLetter } from '../ingest/links/count-confirmation-letter.ts';
import { countLinkLetter } from '../ingest/links/count-link-letter.ts';
import type { Letter } from './letter.ts';
import { accountLetters } from './letters/account-letters.ts';
import { factorChanged } from './letters/factor-changed.ts';

/** How each kind of letter is written. The one list of them. */
export const letters: Readonly<Record<LetterName, Letter>> = {
  ...accountLetters,
  'factor-changed': factorChanged,
  'count-link': countLinkLetter,
  'count-confirmation': countConfirmationLetter,
};
