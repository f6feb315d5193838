import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decision, DecisionContext } from '../module.ts';
import { eventDefinition, topicDefinition } from '../modules.ts';
import { withoutPhi } from '../phi.ts';
import type { BedInUnit } from './change.ts';
import { type BedCommand, parseBedCommand } from './commands.ts';
import { type BedRequest, decideFact, decideRequest } from './decide.ts';
import { evolveUnitBeds } from './evolve.ts';
import type { BedFact } from './facts.ts';
import {
  type Bed,
  bedStatusCodes,
  type TaskStatus,
  taskStatusSchema,
  type UnitBeds,
  unitBedsSchema,
} from './schema.ts';
import { isLive, turnaroundTransitions } from './turnaround.ts';

const unit = { id: 'u', name: '4 West', facility: 'f' };
const by = { kind: 'person', id: 'nurse', name: 'Nurse' } as const;
const feed = { kind: 'feed', id: 'demo', name: 'DEMO' } as const;
const at = (minute: number) => new Date(Date.UTC(2026, 2, 1) + minute * 60_000).toISOString();
const location = (number: number) => ({ pointOfCare: '4W', room: String(number), bed: '1', facility: 'RGH' });
const bed = (number: number): Bed => ({
  id: `b${number}`,
  name: `4W-${number}`,
  location: location(number),
  operationalStatus: 'U',
  version: 1,
  asOf: at(0),
  source: by,
});
const fresh = (): UnitBeds => ({ unit, beds: { b1: bed(1), b2: bed(2), b3: bed(3) } });

function isFact(command: BedCommand): command is BedFact {
  return command.type.startsWith('bed.record-');
}

/** Decides a command as the stores do, with the pseudonyms in the clear. */
function decide(state: UnitBeds, command: BedCommand, context: DecisionContext): Decision {
  const place = (found: Bed | undefined): BedInUnit | undefined => found && { bed: found, unit };
  const visit = 'visit' in command.data ? command.data.visit : undefined;
  const identity = visit === undefined ? undefined : { subject: `s-${visit}`, encounter: `e-${visit}` };
  if (isFact(command)) {
    const all = Object.values(state.beds);
    const named = all.find((one) => JSON.stringify(one.location) === JSON.stringify(command.data.location));
    const current = identity && all.find((one) => one.occupant?.encounter === identity.encounter);
    return decideFact(
      { named: place(named), current: place(current), identity, alertVersions: {} },
      command,
      context,
    );
  }
  if (command.type === 'bed.add') throw new Error('not here');
  const request: BedRequest = command;
  return decideRequest(place(state.beds[request.data.bed]), request, context, identity);
}

function apply(state: UnitBeds, decision: Decision): UnitBeds {
  if (!decision.ok) return state;
  return decision.events.filter(({ topic }) => topic === 'unit/u/beds').reduce(evolveUnitBeds, state);
}

const context = (minute: number, source: DecisionContext['by'] = by): DecisionContext => ({
  now: at(minute),
  by: source,
  newId: () => 'id',
});
const ask = (
  state: UnitBeds,
  type: string,
  data: object,
  minute = 1,
): { decision: Decision; next: UnitBeds } => {
  const command = parseBedCommand({ type, data });
  const decision = decide(state, command, context(minute, isFact(command) ? feed : by));
  return { decision, next: apply(state, decision) };
};

describe('requests of people', () => {
  test('a claimed bed cannot be claimed again; the loser is told it is a conflict', () => {
    const { next } = ask(fresh(), 'bed.claim', { bed: 'b1' });
    expect(next.beds.b1?.claim).toMatchObject({ status: 'reserved', until: at(121) });
    expect(ask(next, 'bed.claim', { bed: 'b1' }).decision).toMatchObject({
      ok: false,
      refusal: { code: 'conflict' },
    });
  });

  test.each(['bed.claim', 'bed.close', 'bed.request-turnaround'])('an occupied bed refuses %s', (type) => {
    const { next } = ask(fresh(), 'bed.occupy', { bed: 'b1', visit: 'V1' });
    const data = {
      bed: 'b1',
      ...(type === 'bed.close'
        ? { reason: 'x' }
        : type === 'bed.request-turnaround'
          ? { kind: 'cleaning' }
          : {}),
    };
    expect(ask(next, type, data).decision).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
  });

  test('a bed goes from occupied through cleaning to unoccupied', () => {
    let state = ask(fresh(), 'bed.occupy', { bed: 'b1', visit: 'V1' }).next;
    state = ask(state, 'bed.vacate', { bed: 'b1', leaves: 'K' }).next;
    expect(state.beds.b1).toMatchObject({
      operationalStatus: 'K',
      turnaround: { status: 'requested', kind: 'cleaning' },
    });
    for (const to of ['accepted', 'in-progress', 'completed'])
      state = ask(state, 'bed.advance-turnaround', { bed: 'b1', to }).next;
    expect(state.beds.b1).toMatchObject({ operationalStatus: 'U', turnaround: { status: 'completed' } });
  });

  test('a bed held for one visit is not given to another', () => {
    const { next } = ask(fresh(), 'bed.claim', { bed: 'b1', visit: 'V1' });
    expect(ask(next, 'bed.occupy', { bed: 'b1', visit: 'V2' }).decision).toMatchObject({ ok: false });
    expect(ask(next, 'bed.occupy', { bed: 'b1', visit: 'V1' }).decision).toMatchObject({ ok: true });
  });
});

describe('facts of a feed', () => {
  const stay = (visit: string, number: number, minute: number) => ({
    patient: { mrn: `M-${visit}`, family: 'Family' },
    visit,
    location: location(number),
    at: at(minute),
  });

  test('an admission fills the bed; a discharge leaves it to be cleaned', () => {
    let state = ask(fresh(), 'bed.record-admission', stay('V1', 1, 5)).next;
    expect(state.beds.b1).toMatchObject({
      operationalStatus: 'O',
      occupant: { visit: 'V1', since: at(5) },
      asOf: at(5),
      source: feed,
    });
    state = ask(state, 'bed.record-discharge', stay('V1', 1, 9)).next;
    expect(state.beds.b1).toMatchObject({ operationalStatus: 'H', turnaround: { status: 'requested' } });
    expect(state.beds.b1?.occupant).toBeUndefined();
  });

  test('an admission into a bed held for another wins, ends the claim and raises an alert with an owner', () => {
    const held = ask(fresh(), 'bed.claim', { bed: 'b1', visit: 'V1' }).next;
    const { decision, next } = ask(held, 'bed.record-admission', stay('V2', 1, 5));
    expect(next.beds.b1).toMatchObject({ operationalStatus: 'O', occupant: { visit: 'V2' } });
    expect(next.beds.b1?.claim).toBeUndefined();
    expect(decision.ok && decision.events).toContainEqual(
      expect.objectContaining({
        topic: 'unit/u/alerts',
        data: { alert: expect.objectContaining({ reason: 'claim-overruled', owner: 'nurse', visit: 'V1' }) },
      }),
    );
  });

  test('an admission of whom the bed was held for raises none', () => {
    const held = ask(fresh(), 'bed.claim', { bed: 'b1', visit: 'V1' }).next;
    const { decision } = ask(held, 'bed.record-admission', stay('V1', 1, 5));
    expect(decision.ok && decision.events.map(({ type }) => type)).toEqual(['bed.occupied']);
  });

  test('a transfer fills one bed and leaves the other', () => {
    const admitted = ask(fresh(), 'bed.record-admission', stay('V1', 1, 5)).next;
    const { decision, next } = ask(admitted, 'bed.record-transfer', {
      ...stay('V1', 2, 6),
      from: location(1),
    });
    expect([next.beds.b1?.operationalStatus, next.beds.b2?.operationalStatus]).toEqual(['H', 'O']);
    expect(decision.ok && decision.events.map(({ type }) => type)).toEqual(['bed.vacated', 'bed.occupied']);
  });

  test('what is older than the same feed said before is kept, and changes nothing', () => {
    const state = ask(fresh(), 'bed.record-status', { location: location(1), status: 'K', at: at(9) }).next;
    const { decision, next } = ask(state, 'bed.record-status', {
      location: location(1),
      status: 'U',
      at: at(8),
    });
    expect(next).toEqual(state);
    expect(decision.ok && decision.events.map(({ type }) => type)).toEqual(['bed.fact-kept']);
  });

  test('table 0116: each letter says what the standard says', () => {
    expect(bedStatusCodes).toEqual(['C', 'H', 'O', 'U', 'K', 'I']);
    const stated = (status: string) =>
      ask(fresh(), 'bed.record-status', { location: location(1), status, at: at(5) }).next.beds.b1;
    expect(stated('C')).toMatchObject({ operationalStatus: 'C', closure: { since: at(5) } });
    expect(stated('H')).toMatchObject({ operationalStatus: 'H', turnaround: { status: 'requested' } });
    expect(stated('O')).toMatchObject({ operationalStatus: 'O', occupant: { since: at(5) } });
    expect(stated('U')).toMatchObject({ operationalStatus: 'U' });
    expect(stated('K')).toMatchObject({ operationalStatus: 'K', turnaround: { status: 'requested' } });
    expect(stated('I')).toMatchObject({ operationalStatus: 'U', isolation: { precaution: 'unspecified' } });
  });

  test('an unknown bed is the only reason to refuse', () => {
    const { decision } = ask(fresh(), 'bed.record-status', {
      location: location(77),
      status: 'U',
      at: at(5),
    });
    expect(decision).toMatchObject({
      ok: false,
      refusal: { code: 'not_found', issues: [{ path: 'data.location' }] },
    });
  });
});

test('the turnaround table is total, and what has ended stays ended', () => {
  for (const status of taskStatusSchema.options) {
    const ends: TaskStatus[] = ['completed', 'cancelled', 'failed'];
    expect(isLive(status)).toBe(!ends.includes(status));
    for (const to of turnaroundTransitions[status]) expect(taskStatusSchema.options).toContain(to);
  }
});

const anyBed = fc.constantFrom('b1', 'b2', 'b3');
const anyVisit = fc.constantFrom('V1', 'V2', 'V3');
const anyLocation = fc.constantFrom(1, 2, 3).map(location);
const anyMinute = fc.integer({ min: 0, max: 30 }).map(at);
const anyStay = fc.record({
  visit: anyVisit,
  location: anyLocation,
  at: anyMinute,
  patient: fc.constant({ mrn: 'M1', family: 'Family' }),
});
const anyCommand = fc.oneof(
  fc.record({
    type: fc.constant('bed.claim'),
    data: fc.record({ bed: anyBed, visit: anyVisit }, { requiredKeys: ['bed'] }),
  }),
  fc.record({
    type: fc.constantFrom('bed.release', 'bed.expire-claim', 'bed.open', 'bed.end-isolation', 'bed.vacate'),
    data: fc.record({ bed: anyBed }),
  }),
  fc.record({
    type: fc.constant('bed.occupy'),
    data: fc.record({ bed: anyBed, visit: anyVisit }, { requiredKeys: ['bed'] }),
  }),
  fc.record({
    type: fc.constant('bed.request-turnaround'),
    data: fc.record({ bed: anyBed, kind: fc.constantFrom('cleaning', 'transport') }),
  }),
  fc.record({
    type: fc.constant('bed.advance-turnaround'),
    data: fc.record({ bed: anyBed, to: fc.constantFrom(...taskStatusSchema.options) }),
  }),
  fc.record({
    type: fc.constant('bed.close'),
    data: fc.record({ bed: anyBed, reason: fc.constant('Repair') }),
  }),
  fc.record({
    type: fc.constant('bed.isolate'),
    data: fc.record({ bed: anyBed, precaution: fc.constantFrom('contact', 'droplet') }),
  }),
  fc.record({
    type: fc.constantFrom('bed.record-admission', 'bed.record-transfer', 'bed.record-discharge'),
    data: anyStay,
  }),
  fc.record({
    type: fc.constant('bed.record-status'),
    data: fc.record({ location: anyLocation, status: fc.constantFrom(...bedStatusCodes), at: anyMinute }),
  }),
);

describe('after any commands whatever', () => {
  test('INV-5.2 the axes agree: occupied is to have an occupant, closed a closure; only an unoccupied bed is claimed', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 60 }), (commands) => {
        let state = fresh();
        commands.forEach(({ type, data }, minute) => {
          state = ask(state, type, data, minute).next;
          for (const one of Object.values(state.beds)) {
            expect(one.occupant !== undefined).toBe(one.operationalStatus === 'O');
            expect(one.closure !== undefined).toBe(one.operationalStatus === 'C');
            if (one.claim !== undefined) expect(one.operationalStatus).toBe('U');
            const cleaning = one.turnaround?.kind === 'cleaning' && isLive(one.turnaround.status);
            if (cleaning) expect(one.operationalStatus).not.toMatch(/[UO]/);
          }
        });
      }),
    );
  });

  test('INV-1.4 a reduced view folded with its own events equals the reduced state', () => {
    const definition = topicDefinition('unit/u/beds')?.definition;
    if (definition === undefined) throw new Error('no such topic');
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 60 }), (commands) => {
        let full: unknown = fresh();
        let reduced: unknown = withoutPhi(unitBedsSchema, full);
        commands.forEach(({ type, data }, minute) => {
          const { decision } = ask(unitBedsSchema.parse(full), type, data, minute);
          if (!decision.ok) return;
          for (const event of decision.events.filter(({ topic }) => topic === 'unit/u/beds')) {
            const known = eventDefinition(event.type);
            if (known === undefined) throw new Error(`no ${event.type}`);
            full = definition.evolve(full, event);
            if (!known.hiddenIn?.includes('operational')) {
              reduced = definition.evolve(reduced, {
                type: event.type,
                data: withoutPhi(known.data, event.data),
              });
            }
          }
          expect(reduced).toEqual(withoutPhi(unitBedsSchema, full));
          expect(JSON.stringify(reduced)).not.toMatch(/Family|M1|V[123]/);
        });
      }),
    );
  });
});
