import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { scopeOfWall } from '#domain/walls/boards.ts';
import { wallSchema } from '#domain/walls/schema.ts';
import { userCodeFrom } from '#domain/walls/user-code.ts';
import { type AuditedClient, insertAudit } from './audit.ts';
import type { Database, Queries } from './connect.ts';
import { toJson } from './json.ts';
import { type NewSession, wallSessionDays } from './sessions.ts';

/** How long a display waits for somebody who approves it. */
export const pairingSeconds = 600;
/** How many displays may wait behind one address at once. */
const mostWaiting = 50;

/** What a device that asks for its token is told. */
export type Taken =
  | { readonly outcome: 'taken'; readonly session: NewSession; readonly account: WallAccount }
  | { readonly outcome: 'waiting' | 'too soon' | 'denied' }
  /** The secret never was, has run out, or was used: it makes no difference to whoever brings it. */
  | { readonly outcome: 'gone' };

/** The account of a wall. */
export interface WallAccount {
  readonly id: string;
  readonly org: string;
  readonly name: string;
}

/** A code that a display may show. */
export function newUserCode(): string {
  for (;;) {
    const code = userCodeFrom(randomBytes(32));
    if (code !== undefined) return code;
  }
}

/** Lets a display wait under a code. `full` where too many wait from there, `again` where the code is another's. */
export async function beginPairing(
  sql: Database,
  pairing: { readonly deviceHash: Buffer; readonly userCode: string; readonly address: string },
): Promise<'begun' | 'full' | 'again'> {
  return sql.begin(async (transaction) => {
    await transaction`
      delete from carewall.wall_pairings where device_hash in (
        select device_hash from carewall.wall_pairings
        where expires_at < clock_timestamp() - interval '1 hour' order by expires_at limit 100 for update skip locked)`;
    const [row] = await transaction`
      select count(*)::int as waiting from carewall.wall_pairings
      where address = ${pairing.address} and expires_at > clock_timestamp() and status = 'waiting'`;
    if (z.object({ waiting: z.int() }).parse(row).waiting >= mostWaiting) return 'full';
    const begun = await transaction`
      insert into carewall.wall_pairings (device_hash, user_code, address, expires_at)
      values (${pairing.deviceHash}, ${pairing.userCode}, ${pairing.address},
        clock_timestamp() + make_interval(secs => ${pairingSeconds}))
      on conflict do nothing returning user_code`;
    return begun.length > 0 ? 'begun' : 'again';
  });
}

const pairingSchema = z.object({
  status: z.enum(['waiting', 'approved', 'denied', 'taken']),
  over: z.boolean(),
  soon: z.boolean(),
  wall: z.unknown().transform((entity) => (entity === null ? undefined : wallSchema.parse(entity))),
  org: z.string().nullable(),
});

/**
 * Gives an approved device its account, its session and its first refresh token: once, in the transaction that uses the
 * secret up. A device that asks again sooner than every `leastMs` is told so.
 */
export async function takePairing(
  sql: Database,
  asking: {
    readonly deviceHash: Buffer;
    readonly refreshHash: Buffer;
    readonly leastMs: number;
    readonly client: AuditedClient;
  },
): Promise<Taken> {
  const { deviceHash, refreshHash, leastMs, client } = asking;
  return sql.begin(async (transaction): Promise<Taken> => {
    const [row] = await transaction`
      select p.status, p.expires_at <= clock_timestamp() as over, p.org_id as org,
        coalesce(p.asked_at > clock_timestamp() - make_interval(secs => ${leastMs / 1000}), false) as soon,
        (select w.entity from carewall.walls w
          where w.org_id = p.org_id and w.id = p.wall and w.revoked_at is null for share) as wall
      from carewall.wall_pairings p where p.device_hash = ${deviceHash} for update of p`;
    if (row === undefined) return { outcome: 'gone' };
    const { status, over, soon, org, wall } = pairingSchema.parse(row);
    if (status === 'taken' || over) return { outcome: 'gone' };
    if (status === 'denied') return { outcome: 'denied' };
    if (status === 'waiting' || org === null) {
      await transaction`update carewall.wall_pairings set asked_at = clock_timestamp() where device_hash = ${deviceHash}`;
      return { outcome: soon ? 'too soon' : 'waiting' };
    }
    if (wall === undefined) return { outcome: 'denied' };
    await transaction`update carewall.wall_pairings set status = 'taken' where device_hash = ${deviceHash}`;
    const account = { id: wall.account, org, name: wall.name };
    await insertDevice(transaction, account, wall.board.place.id);
    const session = await insertSession(transaction, account, {
      scope: scopeOfWall(wall),
      refreshHash,
      client,
    });
    await insertAudit(transaction, {
      org,
      principal: { kind: 'device', id: account.id, name: account.name },
      session: session.id,
      action: 'wall.pair',
      outcome: 'ok',
      details: { wall: wall.id },
      client,
    });
    return { outcome: 'taken', session, account };
  });
}

async function insertDevice(sql: Queries, { id, org, name }: WallAccount, place: string): Promise<void> {
  await sql`insert into carewall.accounts (id, org_id, name, kind) values (${id}, ${org}, ${name}, 'device')`;
  await sql`
    insert into carewall.grants (org_id, account, role, place) values (${org}, ${id}, 'display', ${place})`;
}

async function insertSession(
  sql: Queries,
  { id, org }: WallAccount,
  session: { scope: unknown; refreshHash: Buffer; client: AuditedClient },
): Promise<NewSession> {
  const [row] = await sql`
    with session as (
      insert into carewall.sessions (id, org_id, account, kind, scope, stepped_up_at, client, expires_at)
        values (gen_random_uuid(), ${org}, ${id}, 'wall', ${sql.json(toJson(session.scope))}, null,
          ${sql.json(toJson(session.client))}, clock_timestamp() + make_interval(days => ${wallSessionDays}::int))
        returning id, expires_at
    ), token as (
      insert into carewall.refresh_tokens (hash, org_id, session)
        select ${session.refreshHash}::bytea, ${org}, id from session
    )
    select id, expires_at as "expiresAt" from session`;
  const begun = z
    .object({ id: z.string(), expiresAt: z.date().transform((date) => date.getTime()) })
    .parse(row);
  // Nobody stands in front of a wall: it is in use as long as it shows.
  return { ...begun, idleMinutes: undefined };
}
