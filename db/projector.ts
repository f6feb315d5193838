import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { eventDefinition } from '#domain/modules.ts';
import type { Source } from '#domain/source.ts';
import type { Database } from './connect.ts';
import { toJson } from './json.ts';
import type { ContextStore, Projection } from './store.ts';
import { atLeisureInOrganisation } from './transaction.ts';
import type { Vault } from './vault.ts';

/** Computes derived topics from the log, each at most once in a while, as one batch of events. */
export interface Projector {
  /** Brings up to date what is due; gives how many batches were appended. Any node may, at the same time as others. */
  round(): Promise<number>;
}

export interface ProjectorOptions {
  readonly sqlApp: Database;
  readonly sqlRelay: Database;
  readonly vault: Vault;
  readonly stores: readonly ContextStore[];
  /** How long a projection rests between two batches. */
  readonly everyMs: number;
}

/** How long a projection stays at its place in the log while only what does not concern it is written. */
const moveOnMs = 5_000;

const carewall: Source = { kind: 'system', id: 'carewall', name: 'Carewall' };
const dueSchema = z.array(z.object({ org: z.string(), name: z.string() }));
const cursorSchema = z.array(z.object({ floor: z.string(), next: z.string(), now: z.date() }));
const topicsSchema = z.array(z.object({ topic: z.string() }));

export function createProjector(options: ProjectorOptions): Projector {
  const { sqlApp, sqlRelay, vault, stores, everyMs } = options;
  const projections = new Map(
    stores.flatMap((store) => (store.projections ?? []).map((projection) => [projection.name, projection])),
  );

  /**
   * Those with events that they have not seen, or that have never run, and have rested. Also those past which much has gone
   * that does not concern them: they move on, or they would have to look through all of it ever again.
   */
  async function due(): Promise<{ org: string; name: string }[]> {
    const wanted = [...projections.values()].map(({ name, after }) => ({ name, after }));
    return dueSchema.parse(
      await sqlRelay`
        select o.id as org, w.name
        from carewall.organisations o
        cross join jsonb_to_recordset(${sqlRelay.json(toJson(wanted))}) as w(name text, after jsonb)
        left join carewall.projections p on p.org_id = o.id and p.name = w.name
        where p.name is null or (
          p.at <= clock_timestamp() - make_interval(secs => ${everyMs / 1000})
          and exists (
            select from carewall.events e where e.org_id = o.id and e.tx >= p.floor
              and (w.after ? e.type or p.at <= clock_timestamp() - make_interval(secs => ${moveOnMs / 1000}))
          )
        )
        order by o.id, w.name`,
    );
  }

  async function run(org: string, projection: Projection): Promise<boolean> {
    const { name, after } = projection;
    return atLeisureInOrganisation(sqlApp, org, async (connection) => {
      await connection`
        insert into carewall.projections (org_id, name, floor, at) values (${org}, ${name}, '0', '-infinity')
        on conflict do nothing`;
      // Whoever has it is at work on the same events: there is nothing left to do for another.
      const [cursor] = cursorSchema.parse(
        await connection`
          select floor::text, pg_snapshot_xmin(pg_current_snapshot())::text as next, clock_timestamp() as now
          from carewall.projections
          where org_id = ${org} and name = ${name}
            and at <= clock_timestamp() - make_interval(secs => ${everyMs / 1000})
          for update skip locked`,
      );
      if (cursor === undefined) return false;
      const touched = topicsSchema.parse(
        await connection`
          select distinct topic from carewall.events
          where org_id = ${org} and tx >= ${cursor.floor}::xid8 and type = any(${[...after]}::text[])
          order by topic`,
      );
      const first = cursor.floor === '0';
      const { events, writes } =
        touched.length === 0 && !first
          ? { events: [], writes: [] }
          : await projection.project(
              { org, connection },
              touched.map(({ topic }) => topic),
              { now: cursor.now.toISOString(), by: carewall, newId: randomUUID },
            );
      const sealed = await vault.seal(org, [
        ...events.map(({ type, data }) => ({
          schema: eventDefinition(type)?.data ?? z.unknown(),
          value: data,
        })),
        ...writes,
      ]);
      const appended = events.map(({ topic, type }, index) => ({ topic, type, data: sealed[index] }));
      await Promise.all([
        ...writes.map((write, index) =>
          write.save({ org, connection }, toJson(sealed[events.length + index])),
        ),
        connection`
          update carewall.projections set floor = ${cursor.next}::xid8,
            -- It rests from when it began, so that what has come since then waits no longer; but at least half of the time.
            at = greatest(${cursor.now}, clock_timestamp() - make_interval(secs => ${everyMs / 2000}))
          where org_id = ${org} and name = ${name}`,
      ]);
      // Last, because it locks topics: what others wait for is held for the shortest time.
      await connection`
        select carewall.append_events(${org}, ${connection.json(toJson(carewall))}, ${connection.json(toJson(appended))})`;
      return appended.length > 0;
    });
  }

  return {
    async round() {
      let batches = 0;
      for (const { org, name } of await due()) {
        const projection = projections.get(name);
        if (projection !== undefined && (await run(org, projection))) batches += 1;
      }
      return batches;
    },
  };
}
