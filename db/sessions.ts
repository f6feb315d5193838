import type postgres from 'postgres';
import { z } from 'zod';
import type { ErrorCode } from '#domain/errors.ts';
import { idleMinutes as usualIdleMinutes } from '#domain/identity/idle.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { type Account, accountById, accountGrantsSchema, grantsOf } from './accounts.ts';
import { type AuditedClient, insertAudit, noOrganisation } from './audit.ts';
import type { Database, Queries } from './connect.ts';
import { toJson } from './json.ts';

/** How long a session lasts at most, however often it is refreshed. */
const sessionHours = 8;
/** How long a wall's lasts without a word from it: one that was switched off for a week comes back by itself. */
export const wallSessionDays = 30;

export interface NewSession {
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
  /** It ends when nobody has used it for so long; undefined: it does not. */
  readonly idleMinutes: number | undefined;
}

/** By what somebody has proved who they are. `external`: an identity provider says so. */
export type Strength = 'password' | 'two-factor' | 'passkey' | 'external';

/** How a session begins. */
export interface SessionStart {
  readonly strength: Strength;
  /** Whether that was the strongest proof that the account has: then it need not be given again for ten minutes. */
  readonly steppedUp: boolean;
  readonly idleMinutes: number | undefined;
  /** From where, as its owner will be shown it. */
  readonly client?: AuditedClient | undefined;
}

/** A session that has neither ended nor expired, with the rights of its principal as they are now. */
export interface LiveSession {
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
  readonly principal: Principal;
  /** In how many milliseconds from the reading the first of these rights ends by itself; undefined where none does. */
  readonly rightEndsInMs?: number | undefined;
}

export type Rotation =
  | { readonly outcome: 'rotated'; readonly session: NewSession; readonly account: Account }
  /** It had been used before, so somebody has a copy: the whole session is ended now. */
  | { readonly outcome: 'reused' }
  /** There is no such token, or its session has ended. */
  | { readonly outcome: 'ended' };

/** Names a session by its id or by any refresh token it ever had. */
export type SessionName = { readonly session: string } | { readonly refreshHash: Buffer };

const instant = z.date().transform((date) => date.getTime());
const idle = z
  .int()
  .nullable()
  .transform((minutes) => minutes ?? undefined);
const newSessionSchema = z.object({ id: z.string(), expiresAt: instant, idleMinutes: idle });
const tokenSchema = z.object({
  session: z.string(),
  account: z.string(),
  expiresAt: instant,
  idleMinutes: idle,
  used: z.boolean(),
  slides: z.boolean(),
  alive: z.boolean(),
});
const liveSessionSchema = z.object({
  id: z.string(),
  expiresAt: instant,
  account: z.string(),
  kind: z.enum(['person', 'device', 'service']),
  org: z.string(),
  name: z.string(),
  grants: accountGrantsSchema,
  rightEndsInMs: z
    .number()
    .nullable()
    .transform((ms) => ms ?? undefined),
});

/** A sign-in with a password alone, by somebody who has nothing else. */
const usualStart: SessionStart = { strength: 'password', steppedUp: true, idleMinutes: usualIdleMinutes };

/** Begins a session with its first refresh token, and audits it. Undefined where the account is gone or disabled. */
export async function createSession(
  sql: Database,
  account: string,
  refreshHash: Buffer,
  start: SessionStart = usualStart,
): Promise<NewSession | undefined> {
  const { strength, steppedUp, idleMinutes, client } = start;
  const from = client === undefined ? null : sql.json(toJson(client));
  const [row] = await sql`
    with account as (
      select id, org_id, name from carewall.accounts where id = ${account} and disabled_at is null for share
    ), session as (
      insert into carewall.sessions (id, org_id, account, expires_at, strength, stepped_up_at, idle_minutes, client)
        select gen_random_uuid(), org_id, id, clock_timestamp() + make_interval(hours => ${sessionHours}::int), ${strength},
          case when ${steppedUp} then clock_timestamp() end, ${idleMinutes ?? null}::int, ${from}::jsonb
        from account
        returning id, org_id, expires_at, idle_minutes
    ), token as (
      insert into carewall.refresh_tokens (hash, org_id, session) select ${refreshHash}::bytea, org_id, id from session
    ), audited as (
      insert into carewall.audit (org_id, principal, session, action, outcome, details, client)
        select a.org_id, jsonb_build_object('kind', 'person', 'id', a.id, 'name', a.name), s.id, 'session.sign-in', 'ok',
          jsonb_build_object('strength', ${strength}::text), ${from}::jsonb
        from account a, session s
    )
    select id, expires_at as "expiresAt", idle_minutes as "idleMinutes" from session`;
  return row === undefined ? undefined : newSessionSchema.parse(row);
}

/** Audits a sign-in that was refused. Without an account, nothing of what was typed is kept. */
export async function auditRefusedSignIn(
  sql: Database,
  account: { readonly id: string; readonly org: string; readonly name: string } | undefined,
  code: ErrorCode,
  about: { readonly factor?: string; readonly client?: AuditedClient | undefined } = {},
): Promise<void> {
  const { org, id, name } = account ?? { org: noOrganisation, id: 'unknown', name: 'unknown' };
  await insertAudit(sql, {
    org,
    principal: { kind: 'person', id, name },
    action: 'session.sign-in',
    outcome: code,
    ...(about.factor === undefined ? {} : { details: { factor: about.factor } }),
    client: about.client,
  });
}

/**
 * Puts a new refresh token in the place of another. The token's row is locked: of two that bring the same token, one
 * gets 'rotated' and the other 'reused', in whichever nodes they are.
 */
export async function rotateRefreshToken(sql: Database, hash: Buffer, next: Buffer): Promise<Rotation> {
  return sql.begin(async (transaction): Promise<Rotation> => {
    // The session is locked with it: a session must not end between this look and the new token.
    const [row] = await transaction`
      select t.session, s.account, s.kind = 'wall' as slides, s.expires_at as "expiresAt", s.idle_minutes as "idleMinutes",
        (t.used_at is not null or t.void_at is not null) and not ${isLastOfWall(transaction)} as used,
        ${alive(transaction)} and a.disabled_at is null as alive
      from carewall.refresh_tokens t
      join carewall.sessions s on s.id = t.session
      join carewall.accounts a on a.id = s.account
      where t.hash = ${hash} for no key update of t, s`;
    const token = row === undefined ? undefined : tokenSchema.parse(row);
    if (token === undefined || !token.alive) return { outcome: 'ended' };
    if (token.used) {
      await end(transaction, transaction`${token.session}`, {
        why: 'refresh token reused',
        action: 'session.refresh',
        outcome: 'unauthenticated',
        details: { why: 'refresh token reused' },
      });
      return { outcome: 'reused' };
    }
    await transaction`update carewall.refresh_tokens set used_at = clock_timestamp() where hash = ${hash}`;
    const expiresAt = token.slides ? await slide(transaction, token.session) : token.expiresAt;
    await transaction`
      insert into carewall.refresh_tokens (hash, org_id, session)
        select ${next}::bytea, org_id, id from carewall.sessions where id = ${token.session}`;
    // Seen, not used: a page renews its token by itself, with nobody in front of it.
    await transaction`update carewall.sessions set seen_at = clock_timestamp() where id = ${token.session}`;
    const account = await accountById(transaction, token.account);
    if (account === undefined) return { outcome: 'ended' };
    const { session: id, idleMinutes } = token;
    return { outcome: 'rotated', session: { id, expiresAt, idleMinutes }, account };
  });
}

/**
 * Whether a token that was used is the last that its wall is known to have got: no later one was used, and it is not
 * void itself. A display that lost its power, or the answer, brings it again.
 */
function isLastOfWall(sql: Queries): postgres.PendingQuery<postgres.Row[]> {
  return sql`(
    s.kind = 'wall' and t.void_at is null and not exists (
      select from carewall.refresh_tokens later
      where later.session = t.session and later.issued_at > t.issued_at and later.used_at is not null
    ))`;
}

/** A wall's session lasts on from each refresh. Tokens of it that nobody has used are void: it has a newer one. */
async function slide(sql: Queries, session: string): Promise<number> {
  await sql`
    update carewall.refresh_tokens set void_at = clock_timestamp()
    where session = ${session} and used_at is null and void_at is null`;
  const [row] = await sql`
    update carewall.sessions set expires_at = clock_timestamp() + make_interval(days => ${wallSessionDays}::int)
    where id = ${session} returning expires_at as "expiresAt"`;
  return z.object({ expiresAt: instant }).parse(row).expiresAt;
}

/** Ends a session that its owner signs out of, and tells the nodes. False where there is none, or it had ended. */
export async function endSession(sql: Database, name: SessionName): Promise<boolean> {
  const id =
    'session' in name
      ? sql`${name.session}`
      : sql`(select session from carewall.refresh_tokens where hash = ${name.refreshHash})`;
  return end(sql, id, { why: 'signed out', action: 'session.sign-out', outcome: 'ok' });
}

/** Whether the session that a query calls `s` has neither ended nor expired nor been left alone for too long. */
function alive(sql: Queries): postgres.PendingQuery<postgres.Row[]> {
  return sql`s.ended_at is null and s.expires_at > clock_timestamp() and (
    s.idle_minutes is null or s.active_at > clock_timestamp() - make_interval(mins => s.idle_minutes))`;
}

/** Ends the session that a query gives, once. In one statement: nobody sees the end without its notice and audit. */
async function end(
  sql: Queries,
  session: postgres.PendingQuery<postgres.Row[]>,
  as: { why: string; action: string; outcome: 'ok' | ErrorCode; details?: Record<string, string> },
): Promise<boolean> {
  const ended = await sql`
    with ended as (
      update carewall.sessions set ended_at = clock_timestamp(), ended_why = ${as.why}
        where id = ${session} and ended_at is null returning id, org_id, account
    ), logged as (
      insert into carewall.rights_log (org_id, principal, session) select org_id, account, id from ended
    ), audited as (
      insert into carewall.audit (org_id, principal, session, action, outcome, details)
        select e.org_id, jsonb_build_object('kind', a.kind, 'id', a.id, 'name', a.name), e.id, ${as.action}, ${as.outcome},
          ${as.details === undefined ? null : sql.json(toJson(as.details))}
        from ended e join carewall.accounts a on a.id = e.account
    )
    select id from ended`;
  return ended.length > 0;
}

/** Those of the sessions that are alive, by id, in one query. */
export async function readLiveSessions(
  sql: Database,
  ids: readonly string[],
): Promise<Map<string, LiveSession>> {
  const rows = await sql`
    select s.id, s.expires_at as "expiresAt", s.account, a.kind, s.org_id as org, a.name,
      carewall.scoped(${grantsOf(sql)}, s.scope) as grants, (
        select extract(epoch from min(g.until) - clock_timestamp())::float8 * 1000 from carewall.grants g
        where g.org_id = s.org_id and g.account = s.account and g.until > clock_timestamp()
      ) as "rightEndsInMs"
    from carewall.sessions s join carewall.accounts a on a.id = s.account
    where s.id = any(${[...ids]}::uuid[])
      and ${alive(sql)} and a.disabled_at is null`;
  return new Map(
    z
      .array(liveSessionSchema)
      .parse(rows)
      .map(({ id, expiresAt, account, kind, org, name, grants, rightEndsInMs }) => [
        id,
        { id, expiresAt, principal: { kind, id: account, org, name, grants }, rightEndsInMs },
      ]),
  );
}
