import type { Refusal } from '#domain/errors.ts';

/** What a message of a client is answered with. */
export type Answer =
  | { readonly ok: true; readonly [field: string]: unknown }
  | { readonly ok: false; readonly error: Refusal };

type Acknowledge = (answer: Answer) => void;

/** The acknowledgement a client asked for, which is the last argument; one that asked for none hears nothing. */
export function acknowledgementOf(args: readonly unknown[]): Acknowledge {
  const last = args.at(-1);
  return typeof last === 'function' ? (answer) => last(answer) : () => undefined;
}
