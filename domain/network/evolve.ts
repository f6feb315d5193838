import type { TopicEvent } from '../module.ts';
import { type Change, withChanges } from './changes.ts';
import {
  availabilityMovedSchema,
  censusChangedSchema,
  type FacilityChanged,
  facilityMovedSchema,
  facilityRenamedSchema,
  isAvailabilityMoved,
  isFacilityMoved,
  networkChangedSchema,
} from './events.ts';
import type {
  FacilityAvailability,
  FacilityCensus,
  NetworkAvailability,
  NetworkFacility,
  RegionAvailability,
} from './schema.ts';

/** What is known of a facility, and what people attested there, after an event of its topic. */
export function evolveAvailability(state: FacilityAvailability, event: TopicEvent): FacilityAvailability {
  if (isFacilityMoved(event.type)) {
    const { name, details } = facilityMovedSchema.parse(event.data);
    const facility = { ...state.facility, name: name?.to ?? state.facility.name };
    return withPart({ ...state, facility }, 'details', details);
  }
  if (!isAvailabilityMoved(event.type)) return state;
  const moved = availabilityMovedSchema.parse(event.data);
  return { ...state, levels: withChanges(state.levels, { [moved.level]: moved }) };
}

/** The census of a facility after an event of its topic. */
export function evolveCensus(state: FacilityCensus, event: TopicEvent): FacilityCensus {
  if (event.type === 'facility.renamed') {
    const { name } = facilityRenamedSchema.parse(event.data);
    return { ...state, facility: { ...state.facility, name: name.to } };
  }
  if (event.type !== 'facility.census-changed') return state;
  const { units, turnaround, trend } = censusChangedSchema.parse(event.data);
  const next = { ...state, units: withChanges(state.units, units) };
  return withPart(withPart(next, 'turnaround', turnaround), 'trend', trend);
}

/** The network after an event of its topic. */
export function evolveNetwork(state: NetworkAvailability, event: TopicEvent): NetworkAvailability {
  return event.type === 'network.availability-changed' ? evolveFacilities(state, event.data) : state;
}

/** A region after an event of its topic. */
export function evolveRegion(state: RegionAvailability, event: TopicEvent): RegionAvailability {
  return event.type === 'region.availability-changed' ? evolveFacilities(state, event.data) : state;
}

function evolveFacilities<State extends Omit<NetworkAvailability, 'organisation'>>(
  state: State,
  data: unknown,
): State {
  const { facilities, turnaround, trend } = networkChangedSchema.parse(data);
  const next = { ...state, facilities: { ...state.facilities } };
  for (const [id, change] of Object.entries(facilities))
    next.facilities[id] = changedFacility(state.facilities[id], change);
  return withPart(withPart<State, 'turnaround'>(next, 'turnaround', turnaround), 'trend', trend);
}

/** A facility of the network after what changed there. */
export function changedFacility(
  before: NetworkFacility | undefined,
  change: FacilityChanged,
): NetworkFacility {
  const { details, levels, units, turnaround, ...rest } = change;
  const next: NetworkFacility = {
    ...(before ?? {}),
    ...rest,
    levels: withChanges(before?.levels ?? {}, levels),
    units: withChanges(before?.units ?? {}, units),
  };
  return withPart(withPart(next, 'details', details), 'turnaround', turnaround);
}

/** A part that is not there any more is absent, never present and undefined: states are compared as JSON. */
function withPart<State extends object, Part extends keyof State>(
  state: State,
  part: Part,
  change: Change<State[Part]> | undefined,
): State {
  if (change === undefined) return state;
  const next = { ...state };
  if (change.to === undefined) delete next[part];
  else next[part] = change.to;
  return next;
}
