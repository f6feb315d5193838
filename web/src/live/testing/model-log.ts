import { z } from 'zod';
import { moved } from '#domain/beds/change.ts';
import { type BedRequest, decideRequest } from '#domain/beds/decide.ts';
import { evolveUnitBeds } from '#domain/beds/evolve.ts';
import { bedsModule } from '#domain/beds/module.ts';
import { type Bed, type UnitBeds, unitBedsSchema } from '#domain/beds/schema.ts';
import { instantOf } from '#domain/instant.ts';
import type { NewEvent, TopicDefinition } from '#domain/module.ts';
import { eventDefinition, topicDefinition } from '#domain/modules.ts';
import { withoutPhi } from '#domain/phi.ts';
import type { Frame } from '#domain/protocol.ts';

/** The two views of a unit's beds, by the names a client would get. */
export const modelViews = ['clinical.1', 'operational.1'] as const;
export type ModelView = (typeof modelViews)[number];

/** A topic's history kept in memory: what a server would have in its log, with every state that ever was. */
export interface ModelLog {
  readonly topic: string;
  readonly definition: TopicDefinition;
  epoch(): string;
  head(): number;
  /** Appends an event; the number chooses which bed, and what happens to it. */
  commit(choice: number): void;
  /** Takes the history back to a seq, as a restore would: from there on it is another one. */
  restore(seq: number): void;
  /** A frame of the present history as a view shows it. */
  frame(view: ModelView, seq: number): Frame;
  framesSince(view: ModelView, seq: number): Frame[];
  state(view: ModelView, seq?: number): unknown;
  /** Whether any history ever had this state at this seq, in any view. */
  everHad(seq: number, state: unknown): boolean;
}

const by = { kind: 'person', id: 'a-nurse', name: 'Nurse' } as const;
const begun = Date.parse('2026-03-01T08:00:00.000Z');
const dataSchema = z.record(z.string(), z.unknown());

/** The definition of the topic of a unit's beds. */
export function bedsDefinition(): TopicDefinition {
  const found = topicDefinition('unit/x/beds');
  if (found === undefined) throw new Error(`${bedsModule.name} has no unit/*/beds`);
  return found.definition;
}

export function createModelLog(unit: string): ModelLog {
  const topic = `unit/${unit}/beds`;
  const definition = bedsDefinition();
  const beds = [1, 2, 3].map((number): Bed => {
    const name = `${unit}-0${number}`;
    const location = { pointOfCare: unit, room: '1', bed: String(number), facility: 'f' };
    return {
      id: name,
      name,
      location,
      operationalStatus: 'U',
      version: 1,
      asOf: instantOf(begun),
      source: by,
    };
  });
  const first: UnitBeds = {
    unit: { id: unit, name: unit, facility: 'f' },
    beds: Object.fromEntries(beds.map((bed) => [bed.id, bed])),
  };
  let number = 1;
  let states: UnitBeds[] = [first];
  let events: NewEvent[] = [];
  const had = new Set<string>();
  remember();

  function remember(): void {
    const seq = events.length;
    for (const view of modelViews) had.add(keyOf(seq, project(view, stateAt(seq))));
  }

  /** Parsed, because then its fields are in the order of the schema. */
  function keyOf(seq: number, state: unknown): string {
    return `${seq} ${JSON.stringify(definition.state.parse(state))}`;
  }

  function stateAt(seq: number): UnitBeds {
    const state = states[seq];
    if (state === undefined) throw new Error(`${topic} has no state at ${seq}`);
    return state;
  }

  function project(view: ModelView, state: UnitBeds): unknown {
    return view === 'clinical.1' ? state : withoutPhi(definition.state, state);
  }

  return {
    topic,
    definition,
    epoch: () => `epoch-${number}`,
    head: () => events.length,
    commit(choice) {
      const state = stateAt(events.length);
      const event = nextEvent(topic, state, choice, begun + events.length * 1000);
      events.push(event);
      // As JSON, because that is how it comes over the wire.
      states.push(
        unitBedsSchema.parse(
          JSON.parse(JSON.stringify(evolveUnitBeds(state, { ...event, data: event.data }))),
        ),
      );
      remember();
    },
    restore(seq) {
      number += 1;
      states = states.slice(0, seq + 1);
      events = events.slice(0, seq);
    },
    frame(view, seq) {
      const event = events[seq - 1];
      if (event === undefined) throw new Error(`${topic} has no event ${seq}`);
      const head = { topic, epoch: `epoch-${number}`, seq };
      const definition = eventDefinition(event.type);
      if (view === 'operational.1' && definition?.hiddenIn?.includes('operational')) {
        return { ...head, type: 'skip' };
      }
      const data =
        definition && view === 'operational.1' ? withoutPhi(definition.data, event.data) : event.data;
      return {
        ...head,
        type: event.type,
        at: instantOf(begun + seq),
        by,
        data: dataSchema.parse(JSON.parse(JSON.stringify(data))),
      };
    },
    framesSince(view, seq) {
      return events.slice(seq).map((_, index) => this.frame(view, seq + index + 1));
    },
    state: (view, seq = events.length) => project(view, stateAt(seq)),
    everHad: (seq, state) => had.has(keyOf(seq, state)),
  };
}

/** Something that can happen to the bed: by the rules where they allow it, as a feed's statement where they do not. */
function nextEvent(topic: string, state: UnitBeds, choice: number, now: number): NewEvent {
  const all = Object.values(state.beds);
  const bed = all[choice % all.length];
  if (bed === undefined) throw new Error('the unit has no bed');
  const place = { bed, unit: state.unit };
  const context = { now: instantOf(now), by, newId: () => `id-${now}` };
  const identity = { subject: `s-${choice}`, encounter: `e-${choice}` };
  const patient = { mrn: `D${choice}`, family: 'Trần', given: 'Minh' };
  const data = { bed: bed.id };
  const requests: readonly BedRequest[] = [
    { type: 'bed.claim', data: { ...data, minutes: 60, visit: `V${choice}` } },
    { type: 'bed.occupy', data: { ...data, visit: `V${choice}`, patient } },
    { type: 'bed.vacate', data: { ...data, leaves: 'H', priority: 'routine' } },
    { type: 'bed.request-turnaround', data: { ...data, kind: 'cleaning', priority: 'urgent' } },
    { type: 'bed.advance-turnaround', data: { ...data, to: 'completed' } },
    { type: 'bed.isolate', data: { ...data, precaution: 'contact' } },
    { type: 'bed.end-isolation', data },
    { type: 'bed.release', data },
  ];
  const kind = Math.floor(choice / all.length) % (requests.length + 2);
  const request = requests[kind];
  if (request !== undefined) {
    const decision = decideRequest(place, request, context, identity);
    const event = decision.ok ? decision.events[0] : undefined;
    if (event !== undefined) return event;
  } else if (kind === requests.length) {
    const fact = { bed: bed.id, fact: 'bed.record-admission', at: context.now, location: bed.location };
    return { topic, type: 'bed.fact-kept', data: { ...fact, subject: 's', visit: 'V1', patient } };
  } else {
    const added = { ...bed, id: `${state.unit.id}-${now % 1_000_000_007}`, version: 1 };
    return { topic, type: 'bed.added', data: { bed: added } };
  }
  const heard = { feed: 'demo', at: context.now };
  return moved(place, 'bed.status-stated', { operationalStatus: 'K' }, context, heard);
}
