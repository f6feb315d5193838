import { z } from 'zod';
import type { NewEvent } from '#domain/module.ts';
import {
  type IncidentCommand,
  parseSecurityCommand,
  type SecurityCommand,
  type SecurityCommandOf,
} from '#domain/security/commands.ts';
import { decideAcknowledge, decideDetect, decideIncident, securityAlertId } from '#domain/security/decide.ts';
import { alertChangedSchema, incidentChangedSchema, isAlertEvent } from '#domain/security/events.ts';
import { securityModule } from '#domain/security/module.ts';
import { limits } from '#domain/security/notable.ts';
import { incidentSchema, mostClosed, securityAlertSchema, securitySchema } from '#domain/security/schema.ts';
import type { Database } from '../connect.ts';
import {
  type ContextStore,
  type DueCommand,
  type Loaded,
  parseOr,
  type StoreContext,
  type StoreKeys,
  type Write,
} from '../store.ts';
import type { Tagged } from '../vault.ts';

const topicKind = 'org/*/security';

/** Security alerts, one row for each trouble with each subject, and incidents. */
export const securityStore: ContextStore = {
  module: securityModule,
  prepare: (command, keys) =>
    parseOr(parseSecurityCommand, command, (parsed) => ({
      load: (context: StoreContext) => load(context, parsed, keys),
    })),
  project: (events) => {
    throw new Error(
      `no other context speaks of security, yet one said ${events.map(({ type }) => type).join(', ')}`,
    );
  },
  snapshot: (context, _kind, id = '') => snapshot(context, id),
  due: dueAlerts,
};

function load(context: StoreContext, command: SecurityCommand, keys: StoreKeys): Promise<Loaded> {
  switch (command.type) {
    case 'security.detect':
    case 'security.acknowledge':
      return loadAlert(context, command);
    default:
      return loadIncident(context, command, keys);
  }
}

const rowSchema = z.array(z.object({ entity: z.unknown() }));

async function loadAlert(
  { org, connection }: StoreContext,
  command: SecurityCommandOf<'security.detect' | 'security.acknowledge'>,
): Promise<Loaded> {
  const detect = command.type === 'security.detect' ? command : undefined;
  const id =
    command.type === 'security.detect'
      ? securityAlertId(command.data.kind, command.data.subject)
      : command.data.alert;
  const rows = await connection`
    select entity from carewall.security_alerts where org_id = ${org} and id = ${id} for update`.execute();
  const [row] = rowSchema.parse(rows);
  const alert = row === undefined ? undefined : securityAlertSchema.parse(row.entity);
  if (detect !== undefined) {
    return {
      path: [org],
      topicKind,
      decide: (decision) => decideDetect({ org, alert }, detect, decision),
      writes: securityWrites,
    };
  }
  if (alert === undefined) return nothing();
  return {
    path: [org],
    topicKind,
    version: alert.version,
    decide: (decision) => decideAcknowledge({ org, alert }, decision),
    writes: securityWrites,
  };
}

async function loadIncident(
  { org, connection }: StoreContext,
  command: IncidentCommand,
  { vault }: StoreKeys,
): Promise<Loaded> {
  const rows = await connection`
    select entity from carewall.security_incidents
    where org_id = ${org} and id = ${command.data.incident} for update`.execute();
  const [row] = rowSchema.parse(rows);
  const [opened] =
    row === undefined ? [] : await vault.open(org, [{ schema: incidentSchema, value: row.entity }]);
  const incident = opened === undefined ? undefined : incidentSchema.parse(opened);
  if (incident === undefined && command.type !== 'incident.report') return nothing();
  return {
    path: [org],
    topicKind,
    ...(incident === undefined ? {} : { version: incident.version }),
    decide: (decision) => decideIncident({ org, incident }, command, decision),
    writes: securityWrites,
  };
}

function nothing(): Loaded {
  const none = () => {
    throw new Error('nothing is decided about what is not there');
  };
  return { path: undefined, topicKind, decide: none, writes: none };
}

function securityWrites(events: readonly NewEvent[]): Write[] {
  return events.map(({ type, data }): Write => {
    if (isAlertEvent(type)) {
      const { to } = alertChangedSchema.parse(data);
      return {
        schema: securityAlertSchema,
        value: to,
        // A first alert is never written over another: of two nodes that see the same, the second is decided again.
        save: async ({ org, connection }, sealed) =>
          to.version === 1
            ? connection`
                insert into carewall.security_alerts (org_id, id, open, version, entity)
                values (${org}, ${to.id}, true, ${to.version}, ${connection.json(sealed)})`.execute()
            : connection`
                update carewall.security_alerts
                set open = ${to.status === 'open'}, version = ${to.version}, entity = ${connection.json(sealed)},
                  counted_from = case when ${to.status === 'open'} then counted_from else clock_timestamp() end
                where org_id = ${org} and id = ${to.id}`.execute(),
      };
    }
    const { to } = incidentChangedSchema.parse(data);
    const open = to.status !== 'closed';
    return {
      schema: incidentSchema,
      value: to,
      save: async ({ org, connection }, sealed) =>
        connection`
          insert into carewall.security_incidents (org_id, id, open, ended_at, version, entity)
          values (${org}, ${to.id}, ${open}, ${to.closedAt ?? null}, ${to.version}, ${connection.json(sealed)})
          on conflict (org_id, id) do update
            set open = excluded.open, ended_at = excluded.ended_at, version = excluded.version, entity = excluded.entity
            where carewall.security_incidents.version = excluded.version - 1`.execute(),
    };
  });
}

const keyedSchema = z.array(z.object({ key: z.string(), entity: z.unknown() }));

async function snapshot({ org, connection }: StoreContext, id: string): Promise<Tagged | undefined> {
  const [organisations, alerts, incidents] = await Promise.all([
    connection`select id, name from carewall.organisations where id = ${org} and id = ${id}`.execute(),
    connection`select id as key, entity from carewall.security_alerts where org_id = ${org} and open order by id`.execute(),
    connection`
      select id as key, entity from carewall.security_incidents where org_id = ${org} and open
      union all (
        select id, entity from carewall.security_incidents where org_id = ${org} and not open
        order by ended_at desc, id desc limit ${mostClosed}
      )
      order by 1`.execute(),
  ]);
  const [organisation] = z.array(z.object({ id: z.string(), name: z.string() })).parse(organisations);
  if (organisation === undefined) return undefined;
  const byKey = (rows: unknown) =>
    Object.fromEntries(keyedSchema.parse(rows).map(({ key, entity }) => [key, entity]));
  return {
    schema: securitySchema,
    value: { organisation, alerts: byKey(alerts), incidents: byKey(incidents) },
  };
}

const dueSchema = z.array(
  z.object({
    org: z.string(),
    kind: z.string(),
    subjectKind: z.string(),
    subject: z.string(),
    count: z.coerce.number(),
    lastAt: z.date(),
  }),
);

/** How long an open alert rests before its count is told again. */
const restMs = 5_000;

/**
 * What has been counted past its limit and is not told yet. What happened before an alert was acknowledged counts no more,
 * to the minute.
 */
async function dueAlerts(relay: Database): Promise<DueCommand[]> {
  const wanted = Object.entries(limits).flatMap(([kind, { minutes, ...bySubject }]) =>
    Object.entries(bySubject).map(([subjectKind, limit]) => ({ kind, subjectKind, limit, minutes })),
  );
  const rows = await relay`
    with counted as (
      select t.org_id, t.kind, t.subject_kind, t.subject, sum(t.count) as count, max(t.last_at) as last_at, w."limit"
      from carewall.security_tallies t
      join jsonb_to_recordset(${relay.json(wanted)}) as w(kind text, "subjectKind" text, "limit" bigint, minutes int)
        on w.kind = t.kind and w."subjectKind" = t.subject_kind
      left join carewall.security_alerts a on a.org_id = t.org_id and a.entity ->> 'kind' = t.kind
        and a.entity #>> '{subject,kind}' = t.subject_kind and a.entity #>> '{subject,id}' = t.subject
      where t.org_id <> '' and t.minute > clock_timestamp() - make_interval(mins => w.minutes)
        and t.last_at > coalesce(a.counted_from, '-infinity')
      group by t.org_id, t.kind, t.subject_kind, t.subject, w."limit"
    )
    select c.org_id as org, c.kind, c.subject_kind as "subjectKind", c.subject, c.count, c.last_at as "lastAt"
    from counted c
    left join carewall.security_alerts a on a.org_id = c.org_id and a.open and a.entity ->> 'kind' = c.kind
      and a.entity #>> '{subject,kind}' = c.subject_kind and a.entity #>> '{subject,id}' = c.subject
    where c.count >= c."limit" and (
      a.id is null or ((a.entity ->> 'count')::bigint < c.count
        and (a.entity ->> 'asOf')::timestamptz < clock_timestamp() - make_interval(secs => ${restMs / 1000}))
    )
    limit 100`;
  return dueSchema.parse(rows).map(({ org, kind, subjectKind, subject, count, lastAt }) => ({
    org,
    type: 'security.detect',
    data: { kind, subject: { kind: subjectKind, id: subject }, count, lastAt: lastAt.toISOString() },
  }));
}
