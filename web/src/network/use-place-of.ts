import { useCallback, useMemo } from 'react';
import { knownZone } from '../places/places.ts';
import { useFacilities } from '../places/use-facilities.ts';
import type { AttestingFacility } from './attesting-facilities.ts';
import type { NetworkReading, ShownFacility } from './network-reading.ts';

/**
 * Where a facility stands. Of a large network only the first facilities are listed; of the others the network itself says it.
 */
export function usePlaceOf(
  places: readonly AttestingFacility[],
  { organisation }: NetworkReading,
): (facility: ShownFacility) => AttestingFacility | undefined {
  const walls = useFacilities();
  const listed = useMemo(() => new Map(places.map((place) => [place.id, place])), [places]);
  const withWall = useMemo(() => new Set(Array.isArray(walls) ? walls.map(({ id }) => id) : []), [walls]);
  return useCallback(
    ({ id, name, details }) => {
      const place = listed.get(id);
      if (place !== undefined || organisation === undefined) return place;
      return {
        id,
        name,
        zone: knownZone(details?.timezone),
        path: [organisation, details?.region?.id, id].filter((part) => part !== undefined),
        topic: `facility/${id}/availability`,
        censusTopic: undefined,
        hasUnits: withWall.has(id),
      };
    },
    [listed, withWall, organisation],
  );
}
