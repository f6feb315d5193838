import type { NewEvent } from '#domain/module.ts';
import { facilityEventTypes, type NetworkChanged } from '#domain/network/events.ts';
import { changedFacility } from '#domain/network/evolve.ts';
import { facilityChange } from '#domain/network/network.ts';
import {
  type NetworkFacility,
  networkFacilitySchema,
  networkTrendSchema,
  turnaroundCensusSchema,
} from '#domain/network/schema.ts';
import type { Projection, Write } from '../store.ts';
import { censusEventTypes, countFacilities } from './census.ts';
import { type ItemNow, itemsById, readDerivedItems, writeItems } from './derived-items.ts';
import { levelsOf, placesOf } from './network-facilities.ts';
import { networkTopic, regionTopic } from './network-snapshots.ts';
import { wholesOf } from './network-wholes.ts';

const name = 'availability';
/** As many facilities as are told of in one event: all of a network at once would not fit into anybody's buffer. */
const mostInEvent = 500;

/**
 * The census of each facility with a unit on whose topic something came, and what the network and its regions are told of it
 * and of what people attested: in one step, so that a bed's change waits once. Only what was touched is read.
 */
export const availabilityProjection: Projection = {
  name,
  after: [...censusEventTypes, ...facilityEventTypes],
  async project(context, topics, decision) {
    const counted = await countFacilities(context, name, topics, decision);
    const attested = topics.flatMap((topic) => /^facility\/([^/]+)\/availability$/.exec(topic)?.[1] ?? []);
    const touched = [...new Set([...counted.facilities.keys(), ...attested])].sort();
    if (touched.length === 0) return { events: [], writes: [] };
    const [places, levels, items] = await Promise.all([
      placesOf(context, touched),
      levelsOf(context, touched),
      readDerivedItems(context, [networkTopic], { kinds: ['facility'], ids: touched }),
    ]);
    const before = itemsById(items, { topic: networkTopic, kind: 'facility' }, networkFacilitySchema);
    const changes: NetworkChanged['facilities'] = {};
    const after = new Map<string, NetworkFacility>();
    for (const id of touched) {
      const was = before[id];
      // What nobody has counted anew is as the network has it: both are derived in the same transaction.
      const { units, turnaround } = counted.facilities.get(id) ?? was ?? { units: {} };
      const { name: called, details } = places.get(id) ?? { name: id };
      const now = {
        id,
        name: called,
        ...(details === undefined ? {} : { details }),
        levels: levels.get(id) ?? {},
        units,
        turnaround,
      };
      const change = facilityChange(was, now, decision);
      if (change === undefined) continue;
      changes[id] = change;
      after.set(id, changedFacility(was, change));
    }
    const regions = new Map<string, string[]>();
    for (const id of touched) {
      const region = places.get(id)?.region;
      if (region !== undefined) regions.set(region, [...(regions.get(region) ?? []), id]);
    }
    const scopes = [
      { topic: networkTopic, type: 'network.availability-changed', region: undefined, facilities: touched },
      ...[...regions].sort().map(([region, facilities]) => ({
        topic: regionTopic(region),
        type: 'region.availability-changed',
        region,
        facilities,
      })),
    ];
    const wholes = await wholesOf(context, scopes, { after, finishedIn: counted.finishedIn }, decision);
    const events: NewEvent[] = [...counted.events];
    for (const { topic, type, facilities } of scopes) {
      const own = facilities.flatMap((id) => {
        const change = changes[id];
        return change === undefined ? [] : [[id, change] as const];
      });
      const { turnaround, trend } = wholes.get(topic) ?? {};
      const whole = {
        ...(turnaround === undefined ? {} : { turnaround }),
        ...(trend === undefined ? {} : { trend }),
      };
      if (own.length === 0 && Object.keys(whole).length === 0) continue;
      for (let from = 0; from === 0 || from < own.length; from += mostInEvent) {
        const data: NetworkChanged = {
          facilities: Object.fromEntries(own.slice(from, from + mostInEvent)),
          ...(from === 0 ? whole : {}),
        };
        events.push({ topic, type, data });
      }
    }
    const writes: Write[] = [
      ...counted.writes,
      ...writeItems(
        networkFacilitySchema,
        [...after].map(
          ([id, entity]): ItemNow<NetworkFacility> => ({
            at: { topic: networkTopic, kind: 'facility', id },
            entity,
          }),
        ),
      ),
      ...writeItems(
        turnaroundCensusSchema,
        [...wholes].flatMap(([topic, { turnaround }]) =>
          turnaround?.to === undefined
            ? []
            : [{ at: { topic, kind: 'turnaround', id: '' }, entity: turnaround.to }],
        ),
      ),
      ...writeItems(
        networkTrendSchema,
        [...wholes].flatMap(([topic, { trend }]) =>
          trend?.to === undefined ? [] : [{ at: { topic, kind: 'trend', id: '' }, entity: trend.to }],
        ),
      ),
    ];
    return { events, writes };
  },
};
