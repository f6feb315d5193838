import type { Queries } from '../connect.ts';

/** The kinds of letters there are. How each is written stands in `realtime/post/letters/`. */
export type LetterName =
  | 'count-link'
  | 'count-confirmation'
  | 'factor-changed'
  | 'invitation'
  | 'request-verification'
  | 'request-declined'
  | 'account-exists'
  | 'password-reset'
  | 'password-changed'
  | 'email-verification'
  | 'email-changed';

/** The languages that letters are written in. */
export const letterLanguages = ['en', 'vi'] as const;
export type LetterLanguage = (typeof letterLanguages)[number];

/** A letter to be sent. What it says, its secrets above all, is made when it is sent. */
export interface OrderedLetter {
  readonly org: string;
  readonly to: { readonly email: string } | { readonly phone: string };
  readonly language: LetterLanguage;
  readonly letter: LetterName;
  /** The id of the row that the letter is about. */
  readonly about: string;
}

/**
 * Has a letter sent once the transaction of `sql` commits, and never where it does not. Sends its query before it first
 * waits. Under the application's role it is of the organisation that the transaction is in.
 */
export async function enqueuePost(sql: Queries, message: OrderedLetter): Promise<void> {
  const { org, to, language, letter, about } = message;
  const [channel, address] = 'email' in to ? ['email', to.email] : ['phone', to.phone];
  await sql`
    insert into carewall.post (org_id, letter, language, channel, address, about)
      values (${org}, ${letter}, ${language}, ${channel}, ${address}, ${about})`.execute();
}
