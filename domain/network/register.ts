import { refuse } from '../errors.ts';
import { instantOf, millis } from '../instant.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import { changed, same } from './changes.ts';
import { type LevelRecord, usualValidityMinutes } from './decide.ts';
import type { AvailabilityMoved, FacilityMoved, FacilityRenamed } from './events.ts';
import type { Registered, RegisterFacility } from './facility-commands.ts';
import type { LevelOfCare } from './levels.ts';
import type { AttestedLevel, FacilityDetails } from './schema.ts';

/** What stands under the ids that a registration names. */
export interface FacilityRecord {
  /** The place that has the facility's id, if any has, and what it stands below. */
  readonly place: { readonly kind: string; readonly name: string; readonly parent: string } | undefined;
  /** The place that has the region's id, if one is named and any has it. */
  readonly region: { readonly kind: string; readonly name: string } | undefined;
  readonly details: FacilityDetails | undefined;
  /** Those that the registration counts and that somebody has counted before. */
  readonly levels: ReadonlyMap<LevelOfCare, LevelRecord>;
}

type Registration = RegisterFacility['data'];
type Count = NonNullable<Registration['counts']>[number];

/**
 * Decides the registration of a facility. The same again makes no event; what is older than what is known changes
 * nothing. An id that stands for something else, or somewhere else, is a conflict.
 */
export function decideRegistration(
  record: FacilityRecord,
  { data }: RegisterFacility,
  context: DecisionContext,
): Decision {
  const asOf = data.asOf ?? context.now;
  if (asOf > context.now) return refused('invalid', 'asOf', 'lies in the future');
  if (data.region?.id === data.facility) return refused('invalid', 'region.id', 'is the facility itself');
  const { place, region } = record;
  if (place !== undefined && place.kind !== 'facility') {
    return refused('conflict', 'facility', 'is the id of something else');
  }
  if (region !== undefined && region.kind !== 'region') {
    return refused('conflict', 'region.id', 'is the id of something else');
  }
  if (place !== undefined && data.region !== undefined && place.parent !== data.region.id) {
    return refused('conflict', 'region.id', 'is not where the facility is');
  }
  const moves = movesOf(record, data, asOf, context);
  const counted = (data.counts ?? []).map((count) =>
    attestation(record, data.facility, count, asOf, context),
  );
  const events = [...moves, ...counted.flatMap(({ event }) => event ?? [])];
  const result: Registered = {
    outcome: place === undefined ? 'registered' : events.length > 0 ? 'changed' : 'same',
    later: counted.flatMap(({ later }) => later ?? []),
  };
  return accept(events, result);
}

function movesOf(
  { place, region, details: before }: FacilityRecord,
  data: Registration,
  asOf: string,
  context: DecisionContext,
): NewEvent[] {
  if (before !== undefined && asOf < before.asOf) return [];
  const known = {
    ...(before ?? {}),
    ...(data.type === undefined ? {} : { type: data.type }),
    ...(data.code === undefined ? {} : { code: data.code }),
    ...(data.timezone === undefined ? {} : { timezone: data.timezone }),
    ...(data.position === undefined ? {} : { position: data.position }),
    // A region has one name: that under which it was first made.
    ...(data.region === undefined
      ? {}
      : { region: { id: data.region.id, name: region?.name ?? data.region.name } }),
  };
  const name = changed(place?.name, data.name);
  const sameMoment = data.asOf === undefined || asOf === before?.asOf;
  if (name === undefined && before !== undefined && sameMoment && same(known, before)) return [];
  const details = { ...known, version: (before?.version ?? 0) + 1, asOf, source: context.by };
  const moved: FacilityMoved = {
    ...(name === undefined ? {} : { name }),
    details: { ...(before === undefined ? {} : { from: before }), to: details },
  };
  const topic = `facility/${data.facility}`;
  const event = {
    topic: `${topic}/availability`,
    type: place === undefined ? 'facility.registered' : 'facility.changed',
    data: moved,
  };
  if (place === undefined || place.name === data.name) return [event];
  const renamed: FacilityRenamed = { name: { from: place.name, to: data.name } };
  return [event, { topic: `${topic}/census`, type: 'facility.renamed', data: renamed }];
}

/** One count as an event, unless it says what is known already; `later` where somebody has counted since. */
function attestation(
  { levels }: FacilityRecord,
  facility: string,
  { level, capacity, available, validForMinutes }: Count,
  asOf: string,
  context: DecisionContext,
): { event?: NewEvent; later?: LevelOfCare } {
  const record = levels.get(level);
  const from = record?.now;
  if (from !== undefined && asOf < from.asOf) return { later: level };
  const minutes = validForMinutes ?? from?.validForMinutes ?? usualValidityMinutes;
  const counted = {
    level,
    capacity,
    ...(available === undefined ? {} : { available }),
    validForMinutes: minutes,
    asOf,
  };
  if (from !== undefined && same({ ...from, available, ...counted }, from)) return {};
  const validUntil = instantOf(millis(asOf) + minutes * 60_000);
  const version = (record?.version ?? 0) + 1;
  const to: AttestedLevel = {
    ...counted,
    validUntil,
    // What comes too late to be relied on has lapsed before anybody saw it: no clock need end it.
    lapsed: validUntil <= context.now,
    version,
    source: context.by,
  };
  const data: AvailabilityMoved = { level, version, ...(from === undefined ? {} : { from }), to };
  return { event: { topic: `facility/${facility}/availability`, type: 'availability.attested', data } };
}

function refused(code: 'invalid' | 'conflict', field: string, message: string): Decision {
  const summary =
    code === 'invalid' ? 'the data does not fit the command' : 'this does not fit what is known here';
  return reject(refuse(code, summary, [{ path: `data.${field}`, message }]));
}
