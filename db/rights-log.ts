import { z } from 'zod';
import type { Database } from './connect.ts';

/** A change of what a principal may, or of one of its sessions. */
export interface RightsEntry {
  readonly id: number;
  readonly org: string;
  readonly principal: string;
  /** The one session that it concerns; undefined: all the principal's. */
  readonly session: string | undefined;
}

const floorSchema = z.string().regex(/^\d+$/);
const readingSchema = z.object({
  floor: floorSchema,
  entries: z.array(
    z.object({
      id: z.int(),
      org: z.string(),
      principal: z.string(),
      session: z
        .string()
        .nullable()
        .transform((session) => session ?? undefined),
    }),
  ),
});

/** Where a reader begins that wants to hear of what is committed from now on. */
export async function rightsLogFloor(sql: Database): Promise<string> {
  const [row] = await sql`select pg_snapshot_xmin(pg_current_snapshot())::text as floor`;
  return z.object({ floor: floorSchema }).parse(row).floor;
}

/**
 * What was committed since a reading, and the floor of the next one. Ids are given in the order asked for, not in
 * commit order, so the last id seen says nothing. The floor does: every transaction below it had ended when the log
 * was read. What stands at or above it is read again until it falls below, so **the same entry may come again**, and
 * the reader drops by id what the reading before it gave. A floor below the one before it means that the database
 * was put back to an earlier state: then nothing that was read before holds.
 */
export async function readRightsLog(
  sql: Database,
  after: { readonly floor: string },
): Promise<{ floor: string; entries: RightsEntry[] }> {
  // One statement, one snapshot: a floor from another one could pass over what was committed in between.
  const [row] = await sql`
    select pg_snapshot_xmin(pg_current_snapshot())::text as floor, coalesce((
      select jsonb_agg(jsonb_build_object('id', id, 'org', org_id, 'principal', principal, 'session', session) order by id)
      from carewall.rights_log where tx >= ${after.floor}::xid8
    ), '[]') as entries`;
  return readingSchema.parse(row);
}
