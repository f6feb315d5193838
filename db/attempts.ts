import { z } from 'zod';
import type { Database } from './connect.ts';
import { toJson } from './json.ts';

/** How many failures are free, and how the wait grows after them. */
export interface AttemptPolicy {
  readonly free: number;
  /** The wait after the first failure that is not free; each that follows doubles it. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** One failure is forgotten in this time. */
  readonly forgetMs: number;
}

/** A bucket of failures, by a fingerprint that tells nothing of what it is of. */
export interface AttemptKey extends AttemptPolicy {
  readonly key: Buffer;
}

/** Why an attempt may not be made. */
export interface Blocked {
  readonly waitMs: number;
  /** Whether it is the first attempt that is turned away since the last that was let in. */
  readonly first: boolean;
}

const blockedSchema = z.object({ waitMs: z.coerce.number(), first: z.boolean() });
const beginningSchema = z.union([blockedSchema, z.object({}).transform(() => undefined)]);

function asJson(keys: readonly AttemptKey[]) {
  return toJson(keys.map(({ key, ...policy }) => ({ ...policy, key: key.toString('hex') })));
}

/**
 * Counts an attempt as failed under each key, or says why it may not be made; then none is charged. Failures are the
 * database's, so all nodes count together. `at` is the moment in tests.
 */
export async function beginAttempt(
  sql: Database,
  keys: readonly AttemptKey[],
  at?: number,
): Promise<Blocked | undefined> {
  const [row] = await sql`select carewall.begin_attempt(${sql.json(asJson(keys))}, ${moment(at)}) as begun`;
  return beginningSchema.parse(row?.begun);
}

/** Ends an attempt that did not fail: some keys forget all their failures, others this one. */
export async function settleAttempt(
  sql: Database,
  {
    cleared,
    refunded,
  }: { readonly cleared: readonly AttemptKey[]; readonly refunded: readonly AttemptKey[] },
  at?: number,
): Promise<void> {
  await sql`select carewall.settle_attempt(${sql.json(asJson(cleared))}, ${sql.json(asJson(refunded))}, ${moment(at)})`;
}

function moment(at: number | undefined): Date | null {
  return at === undefined ? null : new Date(at);
}
