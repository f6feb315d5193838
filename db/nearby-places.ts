import { z } from 'zod';
import type { Grant } from '#domain/identity/principal.ts';
import { placesThatOpen } from '#domain/modules.ts';
import { type NearbyPlace, nearbyPlaceSchema } from '#domain/protocol.ts';
import type { Database } from './connect.ts';
import { snapshotOf } from './transaction.ts';

/** What is looked for: places around a point, in degrees, of which somebody with these grants may see something. */
export interface Nearby {
  readonly grants: readonly Grant[];
  readonly latitude: number;
  readonly longitude: number;
  readonly withinMetres: number | undefined;
  readonly limit: number;
}

const rowsSchema = z.array(
  nearbyPlaceSchema
    .omit({ position: true, timezone: true })
    .extend({ timezone: z.string().nullable(), latitude: z.number(), longitude: z.number() }),
);

/** The places of an organisation that have a position, the nearest first. */
export async function listPlacesNear(sql: Database, org: string, nearby: Nearby): Promise<NearbyPlace[]> {
  const { grants, latitude, longitude, withinMetres, limit } = nearby;
  const held = placesThatOpen('facility', grants);
  const rows = await snapshotOf(sql, org, (connection) =>
    connection`
      select id, kind, name, timezone, latitude, longitude, metres
      from carewall.places_near(${org}, ${held}::text[], ${latitude}, ${longitude}, ${limit})
      where metres <= ${withinMetres ?? Number.POSITIVE_INFINITY}::double precision
      order by metres`.execute(),
  );
  return rowsSchema.parse(rows).map(({ latitude: north, longitude: east, timezone, ...place }) => ({
    ...place,
    ...(timezone === null ? {} : { timezone }),
    position: { latitude: north, longitude: east },
  }));
}
