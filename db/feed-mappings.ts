import { z } from 'zod';
import type { Location } from '#domain/beds/schema.ts';
import type { Database } from './connect.ts';
import { snapshotOf } from './transaction.ts';

/** What codes of a feed mean: a bed by its own codes, or `nowhere`. */
export interface MappedCodes {
  readonly from: Location;
  readonly to: Location | 'nowhere';
}

const code = z.string();
const rowsSchema = z.array(
  z.object({
    point_of_care: code,
    room: code,
    bed: code,
    facility: code,
    target: z.object({ pointOfCare: code, room: code, bed: code, facility: code }).nullable(),
  }),
);

/** What the codes of a feed mean, except those that a bed has by now. */
export async function mappingsOfFeed(
  app: Database,
  { org, id }: { org: string; id: string },
): Promise<MappedCodes[]> {
  const rows = await snapshotOf(app, org, (connection) =>
    connection`
      select m.point_of_care, m.room, m.bed, m.facility, t.entity -> 'location' as target
      from carewall.feed_mappings m
      left join carewall.beds t on t.org_id = m.org_id and t.id = m.target
      where m.org_id = ${org} and m.feed = ${id} and not exists (
        select from carewall.beds b
        where b.org_id = m.org_id and b.facility = m.facility and b.point_of_care = m.point_of_care
          and b.room = m.room and b.bed = m.bed
      )`.execute(),
  );
  return rowsSchema.parse(rows).map(({ point_of_care, target, ...codes }) => ({
    from: { pointOfCare: point_of_care, ...codes },
    to: target ?? 'nowhere',
  }));
}
