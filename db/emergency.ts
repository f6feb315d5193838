import { z } from 'zod';
import type { Instant } from '#domain/instant.ts';
import type { Database } from './connect.ts';
import { snapshotOf } from './transaction.ts';

/** A unit as those find it who see nothing of it by their role. */
export interface NamedUnit {
  readonly id: string;
  readonly name: string;
  readonly within: string;
  readonly path: readonly string[];
}

/** Something that somebody did while they had emergency access. */
export interface Act {
  readonly at: Instant;
  /** The type of a command, or what else the audit says, such as `topic.read`. */
  readonly action: string;
  readonly outcome: string;
  /** What was read or changed. */
  readonly topics: readonly string[];
}

/** What was done during an emergency access, the earliest first, with the places at which that is reviewed. */
export interface Acts {
  readonly path: readonly string[];
  readonly acts: readonly Act[];
  /** There was more than is told. */
  readonly more: boolean;
}

const mostActs = 500;

const unitRowsSchema = z.array(
  z.object({ id: z.string(), name: z.string(), within: z.string(), path: z.array(z.string()) }),
);
const accessRowsSchema = z.array(
  z.object({ path: z.array(z.string()), account: z.string(), from: z.date(), to: z.date() }),
);
const instant = z.date().transform((date) => date.toISOString());
const actRowsSchema = z.array(
  z.object({
    at: instant,
    action: z.string(),
    outcome: z.string(),
    topics: z.array(z.string()).nullable(),
  }),
);

/** The units of an organisation whose names, or those of what they stand in, have all these words, by name. */
export async function findUnits(
  sql: Database,
  org: string,
  { words, limit }: { readonly words: readonly string[]; readonly limit: number },
): Promise<NamedUnit[]> {
  const rows = await snapshotOf(sql, org, (connection) =>
    connection`
      select u.id, u.name, coalesce(f.name, o.name) as within, u.path
      from carewall.places u
      join carewall.organisations o on o.id = u.org_id
      left join carewall.places f on f.org_id = u.org_id and f.id = u.facility
      where u.org_id = ${org} and u.kind = 'unit' and u.status = 'active' and not exists (
        select from unnest(${[...words]}::text[]) as w(word)
        where position(lower(w.word) in lower(u.name || ' ' || coalesce(u.code, '') || ' ' || coalesce(f.name, ''))) = 0
      )
      order by within, u.name, u.id limit ${limit}`.execute(),
  );
  return unitRowsSchema.parse(rows);
}

/**
 * What the holder of an emergency access did while it lasted, wherever it was: the audit as it stands, and of the second
 * after, because an act is written down a moment after it is decided. Undefined where there is no such access.
 */
export async function actsDuring(sql: Database, org: string, access: string): Promise<Acts | undefined> {
  const during = await snapshotOf(sql, org, (connection) =>
    connection`
      select u.path, e.account, e.began_at as "from",
        coalesce((e.entity #>> '{ended,at}')::timestamptz, least(e.until, clock_timestamp())) as "to"
      from carewall.emergency_accesses e
      join carewall.places u on u.org_id = e.org_id and u.id = e.unit
      where e.org_id = ${org} and e.id = ${access}`.execute(),
  );
  const [row] = accessRowsSchema.parse(during);
  if (row === undefined) return undefined;
  const found = await snapshotOf(sql, org, (connection) =>
    connection`
      select a.at, a.action, a.outcome, (
        select array_agg(distinct told.topic) from (
          select h ->> 'topic' as topic from jsonb_array_elements(coalesce(a.heads, '[]')) as h
          union all select a.details ->> 'topic'
        ) as told where told.topic is not null
      ) as topics
      from carewall.audit a
      where a.org_id = ${org} and a.principal ->> 'id' = ${row.account}
        and a.at between ${row.from} and ${row.to}::timestamptz + interval '1 second'
      order by a.at, a.id limit ${mostActs + 1}`.execute(),
  );
  const acts = actRowsSchema.parse(found).map((act) => ({ ...act, topics: act.topics ?? [] }));
  return { path: row.path, acts: acts.slice(0, mostActs), more: acts.length > mostActs };
}
