import { z } from 'zod';
import type { Source } from '#domain/source.ts';
import { type AuditedClient, insertAudit } from './audit.ts';
import type { Database, Queries } from './connect.ts';

/** A session as its owner, or an admin, is shown it. */
export interface ListedSession {
  readonly id: string;
  readonly beganAt: string;
  readonly seenAt: string;
  readonly expiresAt: string;
  readonly strength: string;
  readonly client: { readonly address: string; readonly userAgent?: string | undefined } | null;
}

const listedSchema = z.object({
  id: z.string(),
  beganAt: z.string(),
  seenAt: z.string(),
  expiresAt: z.string(),
  strength: z.string(),
  client: z.object({ address: z.string(), userAgent: z.string().optional() }).nullable(),
});

/** The sessions of an account that have not ended, the newest first. `org` guards against another tenant's accounts. */
export async function sessionsOf(
  sql: Database,
  { org, account }: { readonly org: string; readonly account: string },
): Promise<ListedSession[]> {
  const rows = await sql`
    select id, to_jsonb(created_at) #>> '{}' as "beganAt", to_jsonb(greatest(seen_at, active_at)) #>> '{}' as "seenAt",
      to_jsonb(expires_at) #>> '{}' as "expiresAt", strength, client
    from carewall.sessions
    where account = ${account} and org_id = ${org} and ended_at is null and expires_at > clock_timestamp()
    order by created_at desc limit 200`;
  return z.array(listedSchema).parse(rows);
}

/** Who ends a session, and from where. */
export interface SessionEnder {
  readonly principal: Source;
  readonly session: string;
  readonly client?: AuditedClient | undefined;
}

/** Which sessions of an account: one, all, or all but one. */
export type WhichSessions = { readonly only: string } | { readonly but: string } | 'all';

/**
 * Ends sessions of an account, and tells the nodes: their sockets are closed within a quarter of a second. Gives how many
 * there were. In one statement: nobody sees the end without its notice and audit.
 */
export async function endSessionsOf(
  sql: Queries,
  { org, account }: { readonly org: string; readonly account: string },
  which: WhichSessions,
  by: SessionEnder,
): Promise<number> {
  const only = which !== 'all' && 'only' in which ? which.only : null;
  const but = which !== 'all' && 'but' in which ? which.but : null;
  const why = by.principal.id === account ? 'ended by its owner' : 'ended by an admin';
  const ended = await sql`
    with ended as (
      update carewall.sessions set ended_at = clock_timestamp(), ended_why = ${why}
        where account = ${account} and org_id = ${org} and ended_at is null
          and (${only}::uuid is null or id = ${only}::uuid) and (${but}::uuid is null or id <> ${but}::uuid)
        returning id, org_id, account
    ), logged as (
      insert into carewall.rights_log (org_id, principal, session) select org_id, account, id from ended
    )
    select id from ended`;
  for (const { id } of ended)
    await insertAudit(sql, {
      org,
      principal: by.principal,
      session: by.session,
      action: 'session.end',
      outcome: 'ok',
      details: { account, ended: z.string().parse(id) },
      client: by.client,
    });
  return ended.length;
}

/**
 * Ends what nobody has used for too long, and what has lasted as long as it may, and tells the nodes: a socket does not
 * outlive them. Whichever node does it, each session ends once.
 */
export async function endSessionsInTime(sql: Database): Promise<number> {
  const ended = await sql`
    with over as (
      select id, case when expires_at <= clock_timestamp() then 'expired' else 'idle' end as why
      from carewall.sessions
      where ended_at is null and (expires_at <= clock_timestamp() or (
        idle_minutes is not null and active_at < clock_timestamp() - make_interval(mins => idle_minutes)))
      order by id limit 500 for no key update skip locked
    ), ended as (
      update carewall.sessions s set ended_at = clock_timestamp(), ended_why = over.why
        from over where s.id = over.id returning s.id, s.org_id, s.account, s.idle_minutes, over.why
    ), logged as (
      insert into carewall.rights_log (org_id, principal, session) select org_id, account, id from ended
    ), audited as (
      insert into carewall.audit (org_id, principal, session, action, outcome, details)
        select e.org_id, jsonb_build_object('kind', a.kind, 'id', a.id, 'name', a.name), e.id, 'session.end', 'ok',
          jsonb_strip_nulls(jsonb_build_object('why', e.why, 'idleMinutes', e.idle_minutes))
        from ended e join carewall.accounts a on a.id = e.account
    )
    select id from ended`;
  return ended.length;
}

/** Somebody is using this session. Written at most every few seconds, however often it is said. */
export async function markActive(sql: Database, session: string): Promise<void> {
  await sql`
    update carewall.sessions set active_at = clock_timestamp(), seen_at = clock_timestamp()
      where id = ${session} and ended_at is null and active_at < clock_timestamp() - interval '5 seconds'
        and (idle_minutes is null or active_at > clock_timestamp() - make_interval(mins => idle_minutes))`;
}

/** Its owner has just proved themselves as strongly as they can. */
export async function markSteppedUp(sql: Queries, session: string): Promise<void> {
  await sql`
    update carewall.sessions set stepped_up_at = clock_timestamp(), active_at = clock_timestamp()
      where id = ${session} and ended_at is null`;
}

/** Whether that was within ten minutes, as it is for a command that asks for it. */
export async function isSteppedUp(sql: Queries, session: string): Promise<boolean> {
  const found = await sql`
    select 1 from carewall.sessions where id = ${session} and stepped_up_at > clock_timestamp() - interval '10 minutes'`;
  return found.length > 0;
}

/** Clears away what has run out: proofs that were never ended, failures that are forgotten, browsers not seen for half a year. */
export async function clearSignInTraces(sql: Database): Promise<void> {
  await sql`delete from carewall.challenges where expires_at < clock_timestamp() - interval '1 hour'`;
  await sql`delete from carewall.attempts where at < clock_timestamp() - interval '1 day'`;
  await sql`delete from carewall.known_devices where seen_at < clock_timestamp() - interval '180 days'`;
}
