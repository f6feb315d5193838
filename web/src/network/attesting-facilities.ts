import { useMemo } from 'react';
import type { TopicList } from '#domain/protocol.ts';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { knownZone } from '../places/places.ts';

/** A facility whose counts one may see, whether or not it has units whose beds are known. */
export interface AttestingFacility {
  readonly id: string;
  readonly name: string;
  readonly zone: string | undefined;
  /** From the organisation down to the facility, by id. */
  readonly path: readonly string[];
  readonly topic: string;
  /** Absent for those who may see counts and not the census. */
  readonly censusTopic: string | undefined;
  /** Whether it has a wall to go to: a unit whose beds one may see. */
  readonly hasUnits: boolean;
}

const byName = new Intl.Collator(undefined, { numeric: true });

/** The facilities among the topics that one may see, in the order of their names. */
export function attestingFacilitiesOf(topics: TopicList['topics']): AttestingFacility[] {
  const names = new Set(topics.map(({ topic }) => topic));
  const withUnits = new Set(
    topics
      .filter(({ topic }) => /^unit\/[^/]+\/beds$/.test(topic))
      .flatMap(({ path }) => path.map(({ id }) => id)),
  );
  return topics
    .flatMap(({ topic, name, path }) => {
      const id = /^facility\/([^/]+)\/availability$/.exec(topic)?.[1];
      const place = path.find((one) => one.kind === 'facility' && one.id === id);
      if (id === undefined) return [];
      const census = `facility/${id}/census`;
      return [
        {
          id,
          name: place?.name ?? name,
          zone: knownZone(place?.timezone),
          path: path.map((one) => one.id),
          topic,
          censusTopic: names.has(census) ? census : undefined,
          hasUnits: withUnits.has(id),
        },
      ];
    })
    .sort((a, b) => byName.compare(a.name, b.name));
}

/** The facilities whose counts the signed-in person may see. None while the list is not known. */
export function useAttestingFacilities(): readonly AttestingFacility[] {
  const topics = useStore(useLive().topics);
  return useMemo(
    () => (topics === 'loading' || 'error' in topics ? [] : attestingFacilitiesOf(topics)),
    [topics],
  );
}
