import { refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, reject } from '../module.ts';
import { arrive, type Manner } from './arrivals.ts';
import { carryMerges, type MergeState } from './carry-merges.ts';
import type { BedInUnit } from './change.ts';
import { type BedMoved, bedMovedSchema, isBedMoved } from './events.ts';
import { type BedFact, type BedFactOf, staysOf } from './fact-commands.ts';
import { type Merge, survivorOf } from './merges.ts';
import type { Whereabouts } from './schema.ts';
import { recordStatus } from './stated-status.ts';
import { cancelAdmission, describe, endPlans, plan, recordDischarge } from './stays.ts';
import { type KnownStay, Telling } from './telling.ts';
import { isOutdated, remember, type Statement, type VisitMemory } from './visit-memory.ts';

/** The board as far as one fact reaches. */
export interface FactState extends MergeState {
  /** Every bed that the fact names, in which one of its visits is, or which is planned for one. */
  readonly places: readonly BedInUnit[];
  /** The pseudonyms of each stay of the fact, and what is remembered of it, in the order of `staysOf`. */
  readonly visits: readonly {
    readonly identity: { readonly subject: string; readonly encounter: string } | undefined;
    readonly memory: VisitMemory;
  }[];
  /** The last version of each alert there has been about these beds. */
  readonly alertVersions: Readonly<Record<string, number>>;
}

/** What a fact comes to: events, and what is remembered beside the board. */
export interface FactOutcome {
  readonly decision: Decision;
  /** What is remembered of each stay from now on, in the order of `staysOf`. */
  readonly memories: readonly VisitMemory[];
  /** The merges that the fact states. */
  readonly merges: readonly Merge[];
}

/** What a fact is a statement of, for knowing when one comes late. */
const statements = {
  'bed.record-admission': 'moved',
  'bed.record-transfer': 'moved',
  'bed.record-discharge': 'moved',
  'bed.record-admission-cancelled': 'moved',
  'bed.record-transfer-cancelled': 'moved',
  'bed.record-discharge-cancelled': 'moved',
  'bed.record-swap': 'moved',
  'bed.record-leave': 'moved',
  'bed.record-return': 'moved',
  'bed.record-update': 'described',
  'bed.record-preadmission': 'planned',
  'bed.record-status': undefined,
  'bed.record-merge': undefined,
} as const satisfies Record<BedFact['type'], Statement | undefined>;

/**
 * Records a fact. Unlike a request it is never refused for what the board shows: where they contradict, the fact
 * wins and somebody is told. It is refused only when it names a bed that does not exist. What is older than what the
 * same feed already said of a bed or a visit is kept and not applied there.
 */
export function decideFact(state: FactState, fact: BedFact, context: DecisionContext): FactOutcome {
  const unchanged = { memories: state.visits.map(({ memory }) => memory), merges: [] };
  const told = new Telling(fact, context, state.alertVersions);
  if (fact.type === 'bed.record-merge') {
    const carried = carryMerges(state, told, context);
    return { ...unchanged, merges: carried.merges, decision: accept(carried.events) };
  }
  if (fact.type === 'bed.record-status') {
    const { location } = fact.data;
    const named = bedAt(state.places, location);
    if (named === undefined && location.bed !== '') return { ...unchanged, decision: noBed('data.location') };
    if (named !== undefined && told.isLateFor(named)) told.keep(named, undefined);
    else if (named !== undefined) recordStatus(named, fact, told);
    return { ...unchanged, decision: accept(told.events()) };
  }
  const stays = knownStays(state, fact);
  const unknown = stays.findIndex(({ named, stated }) => named === undefined && stated.location.bed !== '');
  if (unknown !== -1) {
    const path = fact.type === 'bed.record-swap' ? `data.stays.${unknown}.location` : 'data.location';
    return { ...unchanged, decision: noBed(path) };
  }
  const isOld = state.visits.some(({ memory }) => isOutdatedBy(memory, fact, told));
  if (isOld) {
    for (const stay of stays) keep(stay, told);
    return { ...unchanged, decision: accept(told.events()) };
  }
  apply(fact, stays, state, told);
  const events = told.events();
  const moves = events.flatMap(({ type, data }) =>
    isBedMoved(type) ? [{ type, moved: bedMovedSchema.parse(data) }] : [],
  );
  const memories = stays.map((stay, index) =>
    remembered(state.visits[index]?.memory ?? {}, stay, moves, told),
  );
  return { memories, merges: [], decision: accept(events) };
}

function noBed(path: string): Decision {
  return reject(refuse('not_found', 'there is no such bed', [{ path, message: 'is no bed of this board' }]));
}

function bedAt(places: readonly BedInUnit[], at: Whereabouts): BedInUnit | undefined {
  return places.find(
    ({ bed: { location } }) =>
      location.facility === at.facility &&
      location.pointOfCare === at.pointOfCare &&
      location.room === at.room &&
      location.bed === at.bed,
  );
}

/** Each stay as the board knows it. Whoever was merged is whom they were merged into. */
function knownStays({ places, visits, merges }: FactState, fact: BedFact): KnownStay[] {
  return staysOf(fact).map((stated, index) => {
    const known = visits[index]?.identity;
    const survivor = known && survivorOf(merges, known.subject);
    const encounter = known?.encounter;
    return {
      stated,
      identity: known && survivor && { ...known, subject: survivor.subject },
      patient: { ...stated.patient, ...survivor?.patient },
      named: bedAt(places, stated.location),
      current:
        encounter === undefined ? undefined : places.find(({ bed }) => bed.occupant?.encounter === encounter),
    };
  });
}

function isOutdatedBy(memory: VisitMemory, fact: BedFact, { heard: { feed, at } }: Telling): boolean {
  const statement = statements[fact.type];
  if (statement === undefined) return false;
  // Whoever says where somebody is says who it is, too; and a plan is over when the stay has begun.
  return isOutdated(memory, statement, feed, at) || isOutdated(memory, 'moved', feed, at);
}

function keep(stay: KnownStay, told: Telling): void {
  const place = stay.named ?? stay.current;
  if (place !== undefined) told.keep(place, stay);
}

type StayFact = Exclude<BedFact, BedFactOf<'bed.record-status' | 'bed.record-merge'>>;

function apply(fact: StayFact, stays: readonly KnownStay[], state: FactState, told: Telling): void {
  const arrivals = stays.map((stay, index) => ({ stay, memory: state.visits[index]?.memory ?? {} }));
  const [first] = stays;
  if (first === undefined) return;
  const arrived = (manner: Manner) => {
    arrive(arrivals, manner, told);
    for (const stay of stays) if (stay.named !== undefined) endPlans(stay, state.places, told);
  };
  switch (fact.type) {
    case 'bed.record-admission':
      arrived({ moves: false, leave: 'over' });
      break;
    case 'bed.record-transfer':
    case 'bed.record-swap':
      arrived({ moves: true, leave: 'goes-on' });
      break;
    case 'bed.record-transfer-cancelled':
      arrived({ moves: true, leave: 'goes-on', takesBack: 'transfer' });
      break;
    case 'bed.record-discharge-cancelled':
      arrived({ moves: false, leave: 'over', takesBack: 'discharge' });
      break;
    case 'bed.record-leave': {
      const { at, expectedBack } = fact.data;
      const leave = { since: at, ...(expectedBack === undefined ? {} : { expectedBack }) };
      arrive(arrivals.map(inItsBed), { moves: false, leave }, told);
      break;
    }
    case 'bed.record-return':
      arrive(arrivals.map(inItsBed), { moves: true, leave: 'over' }, told);
      break;
    case 'bed.record-discharge':
      recordDischarge(first, state.places, told);
      break;
    case 'bed.record-admission-cancelled':
      cancelAdmission(first, state.places, told);
      break;
    case 'bed.record-preadmission':
      plan(first, fact.data.until, state.places, told);
      break;
    case 'bed.record-update':
      describe(first, told);
      break;
    default:
      fact satisfies never;
  }
}

/** Whoever is away for a while leaves no bed, even where the fact names the place they went to. */
function inItsBed<A extends { stay: KnownStay }>(arrival: A): A {
  const { stay } = arrival;
  return stay.named === undefined ? { ...arrival, stay: { ...stay, named: stay.current } } : arrival;
}

/** What is remembered of a stay when the fact has been told. */
function remembered(
  memory: VisitMemory,
  { identity, current }: KnownStay,
  moves: readonly { type: string; moved: BedMoved }[],
  { fact, heard: { feed, at } }: Telling,
): VisitMemory {
  const statement = statements[fact.type];
  if (statement === undefined) return memory;
  const said = remember(memory, statement, feed, at);
  const left = moves.find(
    ({ type, moved: { bed, changes } }) =>
      bed === current?.bed.id &&
      type !== 'bed.stay-cancelled' &&
      changes.occupant !== undefined &&
      changes.occupant.to?.encounter !== identity?.encounter,
  );
  if (left === undefined || current?.bed.occupant === undefined) return said;
  return { ...said, left: { bed: current.bed.id, since: current.bed.occupant.since, at } };
}
