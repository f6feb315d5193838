import { z } from 'zod';
import {
  type AttestedLevel,
  attestedLevelSchema,
  type FacilityDetails,
  facilityDetailsSchema,
} from '#domain/network/schema.ts';
import type { StoreContext } from '../store.ts';

/** What a facility's place says of it. */
export interface FacilityPlace {
  readonly name: string;
  readonly region?: string;
  readonly details?: FacilityDetails;
}

const placeRowsSchema = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    region: z.string().nullable(),
    details: facilityDetailsSchema.nullable(),
  }),
);

/** Names, regions and details of facilities. Sends its query before it first waits. */
export async function placesOf(
  { org, connection }: StoreContext,
  facilities: readonly string[],
): Promise<Map<string, FacilityPlace>> {
  const rows = placeRowsSchema.parse(
    await connection`
      select p.id, p.name, r.id as region, f.entity as details from carewall.places p
      left join carewall.places r on r.org_id = p.org_id and r.id = p.parent and r.kind = 'region'
      left join carewall.facilities f on f.org_id = p.org_id and f.facility = p.id
      where p.org_id = ${org} and p.id = any(${[...facilities]}::text[])`.execute(),
  );
  return new Map(
    rows.map(({ id, name, region, details }) => [
      id,
      { name, ...(region === null ? {} : { region }), ...(details === null ? {} : { details }) },
    ]),
  );
}

/** What people attested at facilities, by level of care. Sends its query before it first waits. */
export async function levelsOf(
  { org, connection }: StoreContext,
  facilities: readonly string[],
): Promise<Map<string, Record<string, AttestedLevel>>> {
  const rows = z.array(z.object({ facility: z.string(), entity: attestedLevelSchema })).parse(
    await connection`
      select facility, entity from carewall.availability
      where org_id = ${org} and facility = any(${[...facilities]}::text[]) and entity is not null
      order by facility, level`.execute(),
  );
  const levels = new Map<string, Record<string, AttestedLevel>>();
  for (const { facility, entity } of rows) {
    levels.set(facility, { ...levels.get(facility), [entity.level]: entity });
  }
  return levels;
}
