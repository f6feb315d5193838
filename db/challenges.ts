import { z } from 'zod';
import type { Database, Queries } from './connect.ts';
import { toJson } from './json.ts';
import { hashOfSecret, newSecret } from './secrets.ts';

/** What a proof that has begun is for. One that was begun for something else is none. */
export type ChallengePurpose =
  | 'second-factor'
  | 'passkey-sign-in'
  | 'step-up'
  | 'enrol-totp'
  | 'enrol-passkey';

/** For whom a proof has begun. */
export interface ChallengeOwner {
  readonly org: string;
  readonly account: string;
  /** The session that asks; none has begun yet at a sign-in. */
  readonly session?: string | undefined;
}

/** A proof that has begun. */
export interface Challenge {
  readonly hash: Buffer;
  readonly account: string | undefined;
  readonly session: string | undefined;
  readonly data: unknown;
}

/** How long somebody may take, and how often they may try. */
const lifeMinutes = 5;
const mostAttempts = 5;
/** An account that begins more than this at once loses the oldest. */
const mostOfAccount = 10;

const challengeSchema = z.object({
  hash: z.instanceof(Buffer),
  account: z
    .string()
    .nullable()
    .transform((account) => account ?? undefined),
  session: z
    .string()
    .nullable()
    .transform((session) => session ?? undefined),
  data: z.unknown(),
});

/** Begins a proof and gives its secret, which is kept nowhere. `data` is what the answer will be judged by. */
export async function beginChallenge(
  sql: Database,
  purpose: ChallengePurpose,
  data: Readonly<Record<string, unknown>>,
  owner?: ChallengeOwner,
): Promise<string> {
  const { secret, hash } = newSecret();
  const account = owner?.account ?? null;
  await sql`
    with crowd as (
      delete from carewall.challenges where hash in (
        select hash from carewall.challenges where account = ${account} and purpose = ${purpose}
        order by expires_at desc offset ${mostOfAccount - 1}
      )
    )
    insert into carewall.challenges (hash, org_id, account, session, purpose, data, expires_at)
      values (${hash}, ${owner?.org ?? ''}, ${account}, ${owner?.session ?? null}, ${purpose}, ${sql.json(toJson(data))},
        clock_timestamp() + make_interval(mins => ${lifeMinutes}::int))`;
  return secret;
}

/**
 * Counts an attempt at a proof and gives what it is judged by; undefined where there is no such proof for this purpose, it
 * is too old, used up, or somebody else's.
 */
export async function attemptChallenge(
  sql: Database,
  purpose: ChallengePurpose,
  secret: string,
  owner?: { readonly account: string; readonly session: string },
): Promise<Challenge | undefined> {
  const [row] = await sql`
    update carewall.challenges set attempts = attempts + 1
      where hash = ${hashOfSecret(secret)} and purpose = ${purpose}
        and expires_at > clock_timestamp() and attempts < ${mostAttempts}
        and session is not distinct from ${owner?.session ?? null}
        and (${owner?.account ?? null}::text is null or account = ${owner?.account ?? null})
      returning hash, account, session, data`;
  return row === undefined ? undefined : challengeSchema.parse(row);
}

/** Uses a proof up. False where somebody else has done so meanwhile: then it proves nothing here. */
export async function spendChallenge(sql: Queries, { hash }: Challenge): Promise<boolean> {
  const used = await sql`delete from carewall.challenges where hash = ${hash} returning 1`;
  return used.length > 0;
}
