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

/** Whose turnarounds are looked at: of some facilities, of those of one region, or of all. */
export type TurnaroundScope =
  | { readonly facilities: readonly string[] }
  | { readonly region: string }
  | 'all';

/** How long each turnaround of the last day took, in milliseconds, by facility. Sends its query before it first waits. */
export async function readTurnaroundLengths(
  { org, connection }: StoreContext,
  scope: TurnaroundScope,
): Promise<Map<string, number[]>> {
  const within =
    scope === 'all'
      ? connection``
      : 'region' in scope
        ? connection`and facility in (
            select id from carewall.places where org_id = ${org} and parent = ${scope.region} and kind = 'facility')`
        : connection`and facility = any(${[...scope.facilities]}::text[])`;
  const rows = z.array(z.object({ facility: z.string(), lengths: z.array(z.number().min(0)) })).parse(
    await connection`
      select facility, array_agg(greatest(0, extract(epoch from ended_at - requested_at) * 1000)::float8 order by bed, requested_at) as lengths
      from carewall.finished_turnarounds
      where org_id = ${org} and ended_at > clock_timestamp() - make_interval(secs => ${windowSeconds})
        ${within}
      group by facility order by facility`.execute(),
  );
  return new Map(rows.map(({ facility, lengths }) => [facility, lengths]));
}
