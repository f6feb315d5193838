import { useMemo } from 'react';
import type { Instant } from '#domain/instant.ts';
import type {
  FacilityAvailability,
  FacilityCensus,
  NetworkAvailability,
  NetworkFacility,
  NetworkTrend,
  TurnaroundCensus,
} from '#domain/network/schema.ts';
import { useStore } from '../live/hooks.ts';
import type { TopicReading } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { useReadings } from '../wall/readings.ts';
import type { AttestingFacility } from './attesting-facilities.ts';

/** A facility as a wall shows it. */
export type ShownFacility = Pick<
  NetworkFacility,
  'id' | 'name' | 'details' | 'levels' | 'units' | 'turnaround'
>;

/** What the wall of a network is made of, whichever topics it came from. */
export interface NetworkReading {
  readonly status: 'loading' | 'missing' | 'shown';
  /** In the order of their names. */
  readonly facilities: readonly ShownFacility[];
  readonly turnaround: TurnaroundCensus | undefined;
  readonly trend: NetworkTrend | undefined;
  /** The id of the organisation, where the whole of it is seen. */
  readonly organisation: string | undefined;
  /** The topics it was read from. */
  readonly topics: readonly string[];
  /** When the server last confirmed the oldest of it. */
  readonly confirmedAt: Instant | undefined;
}

const whole = 'network/availability';
const byName = new Intl.Collator(undefined, { numeric: true });

/**
 * The network as the signed-in person may see it: the whole of it, or, for those whose rights end at some facilities,
 * just those.
 */
export function useNetwork(facilities: readonly AttestingFacility[]): NetworkReading {
  const topics = useStore(useLive().topics);
  const seesAll = Array.isArray(topics) && topics.some(({ topic }) => topic === whole);
  const network = useReadings<NetworkAvailability>(seesAll ? [whole] : []);
  const counts = useReadings<FacilityAvailability>(seesAll ? [] : facilities.map(({ topic }) => topic));
  const censuses = useReadings<FacilityCensus>(
    seesAll ? [] : facilities.flatMap(({ censusTopic }) => censusTopic ?? []),
  );
  return useMemo(
    () => (seesAll ? networkOf(network[0]) : networkOfParts(counts, censuses)),
    [seesAll, network, counts, censuses],
  );
}

/** The whole network, as its own topic has it. */
export function networkOf(reading: TopicReading<NetworkAvailability> | undefined): NetworkReading {
  const state = reading?.state;
  return {
    status: reading?.status === 'missing' ? 'missing' : state === undefined ? 'loading' : 'shown',
    facilities: inOrder(Object.values(state?.facilities ?? {})),
    turnaround: state?.turnaround,
    trend: state?.trend,
    organisation: state?.organisation.id,
    topics: [whole],
    confirmedAt: reading?.confirmedAt,
  };
}

/** The network of those who may see some facilities of it. A median of medians is none: with several there is none. */
export function networkOfParts(
  counts: readonly TopicReading<FacilityAvailability>[],
  censuses: readonly TopicReading<FacilityCensus>[],
): NetworkReading {
  const censusOf = new Map(
    censuses.flatMap(({ state }) => (state ? [[state.facility.id, state] as const] : [])),
  );
  const facilities = counts.flatMap(({ state }): ShownFacility[] => {
    if (state === undefined) return [];
    const { units = {}, turnaround } = censusOf.get(state.facility.id) ?? {};
    return [{ ...state.facility, details: state.details, levels: state.levels, units, turnaround }];
  });
  const measured = facilities.flatMap(({ turnaround }) => turnaround ?? []);
  const heard = counts.filter(({ state }) => state !== undefined);
  return {
    status: heard.length === 0 && counts.length > 0 ? 'loading' : 'shown',
    facilities: inOrder(facilities),
    turnaround: measured.length === 1 ? measured[0] : undefined,
    trend: undefined,
    organisation: undefined,
    topics: facilities.map(({ id }) => `facility/${id}/availability`),
    confirmedAt: [...heard, ...censuses.filter(({ state }) => state !== undefined)]
      .flatMap(({ confirmedAt }) => confirmedAt ?? [])
      .sort()[0],
  };
}

/** Places of names among each other, worked out once: to compare thousands by the rules of a language takes a while. */
let places = new Map<string, number>();

function inOrder(facilities: readonly ShownFacility[]): ShownFacility[] {
  const fresh = facilities.filter(({ name }) => !places.has(name)).map(({ name }) => name);
  if (fresh.length > 0) {
    const names = [...new Set(facilities.map(({ name }) => name))].sort(byName.compare);
    places = new Map(names.map((name, at) => [name, at]));
  }
  const place = ({ name }: ShownFacility) => places.get(name) ?? 0;
  return [...facilities].sort((a, b) => place(a) - place(b));
}
