import { z } from 'zod';
import { turnaroundWindowMs } from '#domain/measures/turnaround.ts';
import type { StoreContext } from '../store.ts';

const windowSeconds = turnaroundWindowMs / 1000;

/**
 * Notes each vacated bed that has become clean since a projection last looked, and forgets those of before the last
 * day. Read from the log rather than from the beds: a bed that was cleaned twice within the same second is two, and
 * only the log says whether somebody had left the bed or a free one was cleaned once more. Gives the facilities where one
 * has been noted that was not known.
 */
export async function noteFinishedTurnarounds(
  { org, connection }: StoreContext,
  projection: string,
  topics: readonly string[],
): Promise<ReadonlySet<string>> {
  const noted = await connection`
    insert into carewall.finished_turnarounds (org_id, facility, bed, requested_at, ended_at)
    select distinct on (e.data ->> 'bed', done ->> 'requestedAt')
      e.org_id, f.id, e.data ->> 'bed', (done ->> 'requestedAt')::timestamptz, (done ->> 'endedAt')::timestamptz
    from carewall.events e
    cross join lateral (select e.data #> '{changes,turnaround,to}' as done) d
    join carewall.places u on u.org_id = e.org_id and u.kind = 'unit' and e.topic = 'unit/' || u.id || '/beds'
    join carewall.places f on f.org_id = u.org_id and f.id = u.facility
    where e.org_id = ${org} and e.topic = any(${[...topics]}::text[])
      and e.tx >= (select p.floor from carewall.projections p where p.org_id = ${org} and p.name = ${projection})
      and e.data #>> '{changes,operationalStatus,to}' = 'U'
      and done ->> 'kind' = 'cleaning' and done ->> 'status' = 'completed'
      and exists (
        -- A feed's clock may be ahead of ours: the event in which it says so may be earlier than what it says.
        select from carewall.events b
        where b.org_id = e.org_id and b.topic = e.topic and b.seq < e.seq
          and b.at >= (done ->> 'requestedAt')::timestamptz - interval '1 hour'
          and b.data ->> 'bed' = e.data ->> 'bed'
          and b.data #>> '{changes,turnaround,to,requestedAt}' = done ->> 'requestedAt'
          and b.data #>> '{changes,operationalStatus,from}' = 'O'
      )
      and (done ->> 'endedAt')::timestamptz > clock_timestamp() - make_interval(secs => ${windowSeconds})
    on conflict do nothing
    returning facility`.execute();
  await connection`
    delete from carewall.finished_turnarounds
    where org_id = ${org} and ended_at <= clock_timestamp() - make_interval(secs => ${windowSeconds})`.execute();
  return new Set(
    z
      .array(z.object({ facility: z.string() }))
      .parse(noted)
      .map(({ facility }) => facility),
  );
}

/** Whose turnarounds are looked at: of some facilities, of those of some regions, or of all. */
export type TurnaroundScope =
  | { readonly facilities: readonly string[] }
  | { readonly regions: readonly string[] }
  | 'all';

const lengthsSchema = z.array(
  z.object({ facility: z.string(), region: z.string().nullable(), lengths: z.array(z.number().min(0)) }),
);
/** How long each turnaround of the last day took at one facility, in milliseconds. */
export type TurnaroundLengths = z.infer<typeof lengthsSchema>[number];

/** The turnarounds of the last day, by facility, with the place above it. Sends its query before it first waits. */
export async function readTurnaroundLengths(
  { org, connection }: StoreContext,
  scope: TurnaroundScope,
): Promise<TurnaroundLengths[]> {
  const within =
    scope === 'all'
      ? connection``
      : 'regions' in scope
        ? connection`and p.parent = any(${[...scope.regions]}::text[])`
        : connection`and t.facility = any(${[...scope.facilities]}::text[])`;
  return lengthsSchema.parse(
    await connection`
      select t.facility, p.parent as region, array_agg(
        greatest(0, extract(epoch from t.ended_at - t.requested_at) * 1000)::float8 order by t.bed, t.requested_at) as lengths
      from carewall.finished_turnarounds t
      join carewall.places p on p.org_id = t.org_id and p.id = t.facility
      where t.org_id = ${org} and t.ended_at > clock_timestamp() - make_interval(secs => ${windowSeconds})
        ${within}
      group by t.facility, p.parent order by t.facility`.execute(),
  );
}
