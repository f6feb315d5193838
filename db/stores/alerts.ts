import type postgres from 'postgres';
import { z } from 'zod';
import { type AlertCommand, decideAlert, parseAlertCommand } from '#domain/alerts/decide.ts';
import { alertAnsweredSchema, alertRaisedSchema } from '#domain/alerts/events.ts';
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

const topicKind = 'unit/*/alerts';

/** Alerts: one row for each trouble at each entity, kept when resolved so that its version never goes back. */
export const alertsStore: ContextStore = {
  module: alertsModule,
  prepare: (command, keys) =>
    parseOr(parseAlertCommand, command, (parsed) => ({
      load: (context: StoreContext) => load(context, parsed, keys),
    })),
  project: (events) =>
    events.map(({ topic, data }) => {
      const { alert } = alertRaisedSchema.parse(data);
      return writeOf(topic.split('/')[1] ?? '', alert);
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
        insert into carewall.alerts (org_id, id, unit, about, open, version, entity)
        values (${org}, ${alert.id}, ${unit}, ${alert.about.id}, ${alert.status !== 'resolved'}, ${alert.version},
          ${connection.json(sealed)})
        on conflict (org_id, id) do update
          set open = excluded.open, version = excluded.version, entity = excluded.entity`.execute(),
  };
}
