import { createHash } from 'node:crypto';

/** A place in the chain of an organisation's audit: so many rows, and what they come to. */
export interface ChainHead {
  readonly n: number;
  readonly hash: Buffer;
}

/** The hash that the first row of an organisation follows. */
export function beginningOf(org: string): ChainHead {
  return { n: 0, hash: createHash('sha256').update(`carewall audit chain 1\n${org}`).digest() };
}

/** The head after one more row, whose `line` is all of it as Postgres writes it (`carewall.audit_line`). */
export function follow({ n, hash }: ChainHead, line: string): ChainHead {
  const next = createHash('sha256')
    .update(hash)
    .update(`\n${n + 1}\n`)
    .update(line)
    .digest();
  return { n: n + 1, hash: next };
}

/** What a signature says of a head: that the chain came to it as the `k`th checkpoint, or that it begins there. */
export interface Statement extends ChainHead {
  readonly kind: 'checkpoint' | 'origin';
  readonly org: string;
  readonly k: number;
  /** As Postgres writes it, with microseconds. */
  readonly at: string;
}

/** The bytes that are signed. */
export function wordsOf({ kind, org, k, n, hash, at }: Statement): Buffer {
  return Buffer.from(JSON.stringify(['carewall audit', kind, org, k, n, hash.toString('hex'), at]));
}
