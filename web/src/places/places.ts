import type { Place, TopicList } from '#domain/protocol.ts';

/** A place as the server may describe it: a facility also says in which zone its clocks are. */
export type PlaceInZone = Place & { readonly timezone?: string };

/** A unit whose beds one may see. */
export interface UnitPlace {
  readonly id: string;
  readonly name: string;
  /** From the organisation down to the unit. */
  readonly path: readonly PlaceInZone[];
  readonly facility: string;
  readonly bedsTopic: string;
  /** Absent for those who may see the beds and not the alerts. */
  readonly alertsTopic: string | undefined;
  /** The feeds that speak of it, where the server tells of them. */
  readonly feedsTopic: string | undefined;
}

/** A facility, or an organisation whose units stand in none, with the units one may see there. */
export interface FacilityPlace {
  readonly id: string;
  readonly name: string;
  readonly zone: string | undefined;
  readonly units: readonly UnitPlace[];
}

const byName = new Intl.Collator(undefined, { numeric: true });

/** The facilities and units among the topics that one may see, in the order of their names. */
export function facilitiesOf(topics: TopicList['topics']): FacilityPlace[] {
  const names = new Set(topics.map(({ topic }) => topic));
  const facilities = new Map<string, { place: PlaceInZone; units: UnitPlace[] }>();
  for (const { topic, name, path } of topics) {
    const id = /^unit\/([^/]+)\/beds$/.exec(topic)?.[1];
    const place = facilityOn(path);
    if (id === undefined || place === undefined) continue;
    const [alertsTopic, feedsTopic] = [`unit/${id}/alerts`, `unit/${id}/feeds`];
    const facility = facilities.get(place.id) ?? { place, units: [] };
    facilities.set(place.id, facility);
    facility.units.push({
      id,
      name: path.find((one) => one.kind === 'unit' && one.id === id)?.name ?? name,
      path,
      facility: place.id,
      bedsTopic: topic,
      alertsTopic: names.has(alertsTopic) ? alertsTopic : undefined,
      feedsTopic: names.has(feedsTopic) ? feedsTopic : undefined,
    });
  }
  return [...facilities.values()]
    .map(({ place, units }) => ({
      id: place.id,
      name: place.name,
      zone: knownZone(place.timezone),
      units: units.sort((a, b) => byName.compare(a.name, b.name)),
    }))
    .sort((a, b) => byName.compare(a.name, b.name));
}

function facilityOn(path: readonly PlaceInZone[]): PlaceInZone | undefined {
  return path.find(({ kind }) => kind === 'facility') ?? path[0];
}

/** The zone, unless this browser has never heard of it: a wrong clock is worse than the device's own. */
export function knownZone(zone: string | undefined): string | undefined {
  if (zone === undefined) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
