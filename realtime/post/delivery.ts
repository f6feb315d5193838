import type { LetterFault } from '#db/jobs/letters.ts';

/** What is handed to whoever carries letters. `id` is the same each time a letter is tried. */
export interface Outgoing {
  readonly org: string;
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
}

/** What came of handing a letter over: `later` is worth another try. */
export type Delivery =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'later' | 'never'; readonly why: LetterFault };

/** Carries letters of one channel. Never raises for what the other side does, and ends within 45 s. */
export type Carrier = (letter: Outgoing) => Promise<Delivery>;
