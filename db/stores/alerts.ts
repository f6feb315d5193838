import type postgres from 'postgres';
import { z } from 'zod';
import { type AlertCommand, decideAlert, parseAlertCommand } from '#domain/alerts/decide.ts';
import {
  type AlertMerged,
  alertAnsweredSchema,
  alertMergedSchema,
  alertRaisedSchema,
} from '#domain/alerts/events.ts';
import { answerAlert } from '#domain/alerts/evolve.ts';
import { alertsModule } from '#domain/alerts/module.ts';
import { type Alert, alertSchema, unitAlertsSchema } from '#domain/alerts/schema.ts';
import type { Connection } from '../connect.ts';
import { placePathOf, unitOf, unitRowSchema } from '../places.ts';
import {
  type ContextStore,
  type Loaded,
  parseOr,
  type StoreContext,
  type StoreKeys,
  type Write,
} from '../store.ts';
import type { Vault } from '../vault.ts';

const topicKind = 'unit/*/alerts';

/** Alerts: one row for each trouble at each entity, kept when resolved so that its version never goes back. */
export const alertsStore: ContextStore = {
  module: alertsModule,
  prepare: (command, keys) =>
    parseOr(parseAlertCommand, command, (parsed) => ({
      load: (context: StoreContext) => load(context, parsed, keys),
    })),
  project: (events) =>
    events.map(({ topic, type, data }) => {
      const unit = topic.split('/')[1] ?? '';
      return type === 'alert.merged'
        ? mergedWriteOf(alertMergedSchema.parse(data))
        : writeOf(unit, alertRaisedSchema.parse(data).alert);
    }),
  async snapshot({ org, connection }, _kind, id) {
    const [units, rows] = await Promise.all([
      connection`select id as unit, name as unit_name, path, facility from carewall.places where org_id = ${org} and id = ${id ?? ''} and kind = 'unit'`.execute(),
      connection`select id, entity from carewall.alerts where org_id = ${org} and unit = ${id ?? ''} and open order by id`.execute(),
    ]);
    const [unit] = z.array(unitRowSchema).parse(units);
    if (unit === undefined) return undefined;
    const alerts = z.array(z.object({ id: z.string(), entity: z.unknown() })).parse(rows);
    const value = {
      unit: unitOf(unit),
      alerts: Object.fromEntries(alerts.map((row) => [row.id, row.entity])),
    };
    return { schema: unitAlertsSchema, value };
  },
};

/** The versions of all alerts there have been about the entities that a query gives, locked. */
export async function alertVersionsAbout(
  connection: Connection,
  org: string,
  entities: postgres.PendingQuery<postgres.Row[]>,
): Promise<Readonly<Record<string, number>>> {
  const rows = await connection`
    select id, version from carewall.alerts where org_id = ${org} and about in (${entities}) order by id for update`.execute();
  return Object.fromEntries(
    z
      .array(z.object({ id: z.string(), version: z.int() }))
      .parse(rows)
      .map(({ id, version }) => [id, version]),
  );
}

/** The open alerts that concern patients whose pseudonyms a query gives, locked. Sends its query before it first waits. */
export async function openAlertsOf(
  { org, connection }: StoreContext,
  subjects: postgres.PendingQuery<postgres.Row[]>,
): Promise<{ opened(vault: Vault): Promise<{ unit: string; alert: Alert }[]> }> {
  const rows = await connection`
    select unit, entity from carewall.alerts
    where org_id = ${org} and open and patient in (${subjects}) order by id for update`.execute();
  const found = z.array(z.object({ unit: z.string(), entity: z.unknown() })).parse(rows);
  return {
    async opened(vault) {
      const entities = await vault.open(
        org,
        found.map(({ entity }) => ({ schema: alertSchema, value: entity })),
      );
      return found.map(({ unit }, index) => ({ unit, alert: alertSchema.parse(entities[index]) }));
    },
  };
}

async function load(
  { org, connection }: StoreContext,
  command: AlertCommand,
  { vault }: StoreKeys,
): Promise<Loaded> {
  const { unit, alert: id } = command.data;
  const [units, rows] = await Promise.all([
    connection`select id as unit, name as unit_name, path, facility from carewall.places where org_id = ${org} and id = ${unit} and kind = 'unit'`.execute(),
    connection`
      select entity from carewall.alerts where org_id = ${org} and unit = ${unit} and id = ${id} for update`.execute(),
  ]);
  const [place] = z.array(unitRowSchema).parse(units);
  const [row] = z.array(z.object({ entity: z.unknown() })).parse(rows);
  const alert =
    row && alertSchema.parse((await vault.open(org, [{ schema: alertSchema, value: row.entity }]))[0]);
  return {
    path: place && placePathOf(place),
    topicKind,
    ...(alert === undefined ? {} : { version: alert.version }),
    decide: (decision) => decideAlert(alert, command, decision),
    writes: (events) =>
      events.flatMap(({ data }) => {
        const answered = alertAnsweredSchema.parse(data);
        return alert === undefined ? [] : [writeOf(unit, answerAlert(alert, answered))];
      }),
  };
}

function writeOf(unit: string, alert: Alert): Write {
  return {
    schema: alertSchema,
    value: alert,
    save: async ({ org, connection }, sealed) =>
      connection`
        insert into carewall.alerts (org_id, id, unit, about, open, version, patient, entity)
        values (${org}, ${alert.id}, ${unit}, ${alert.about.id}, ${alert.status !== 'resolved'}, ${alert.version},
          ${alert.subject ?? null}, ${connection.json(sealed)})
        on conflict (org_id, id) do update set open = excluded.open, version = excluded.version,
          patient = excluded.patient, entity = excluded.entity`.execute(),
  };
}

/** The row of an alert after a merge: what the merge says of it replaces what stood there, sealed as before or anew. */
function mergedWriteOf(merged: AlertMerged): Write {
  return {
    schema: alertMergedSchema,
    value: merged,
    save: async ({ org, connection }, sealed) =>
      connection`
        update carewall.alerts set version = ${merged.version},
          patient = ${merged.subject ?? null}, entity = entity || (${connection.json(sealed)}::jsonb - 'alert' - 'formerSubject')
        where org_id = ${org} and id = ${merged.alert}`.execute(),
  };
}
