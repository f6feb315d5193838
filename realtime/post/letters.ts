import type { LetterName } from '#db/jobs/post-queue.ts';
import type { Letter } from './letter.ts';
import { accountLetters } from './letters/account-letters.ts';

/** How each kind of letter is written. The one list of them. */
export const letters: Partial<Readonly<Record<LetterName, Letter>>> = { ...accountLetters };
