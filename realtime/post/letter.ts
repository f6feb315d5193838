import type { Queries } from '#db/connect.ts';
import type { LetterLanguage } from '#db/jobs/post-queue.ts';

/** What a letter is written from. */
export interface LetterContext {
  /** A transaction inside the organisation. It commits before the letter goes out. */
  readonly sql: Queries;
  readonly org: string;
  /** The id of the row that the letter is about. */
  readonly about: string;
  readonly language: LetterLanguage;
  /** A text message has no subject, and should be no longer than 160 characters. */
  readonly channel: 'email' | 'phone';
  /** How browsers reach us, without a slash at its end. */
  readonly publicUrl: string;
}

/** What a letter says. A text message is its `text` alone. */
export interface Writing {
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

/** A command that tells a context what became of a letter of its. */
export interface Told {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A kind of letter. */
export interface Letter {
  /**
   * Writes it, at the moment of sending: a secret it holds is made here, its hash kept through `sql`. Undefined where it
   * is no longer wanted. A letter is written anew each time it is tried: a secret of an earlier try may have arrived.
   */
  prepare(context: LetterContext): Promise<Writing | undefined>;
  /** Told, as Carewall itself, once the letter was sent or given up. It may be told twice. */
  ended?(about: string, outcome: 'sent' | 'failed'): Told;
}
