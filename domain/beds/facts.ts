import { alertId, type NewAlert, raiseAlert } from '../alerts/events.ts';
import type { AlertReason } from '../alerts/schema.ts';
import { refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import { type BedInUnit, type Heard, moved, type NextAxes } from './change.ts';
import type { BedCommand, BedCommandOf } from './commands.ts';
import type { Bed, Occupant, Turnaround } from './schema.ts';
import { isLive } from './turnaround.ts';

/** What a feed says about beds. */
export type BedFact = Extract<BedCommand, { type: `bed.record-${string}` }>;

/** The board as far as one fact reaches. */
export interface FactState {
  /** The bed that the fact names, if the board knows it. */
  readonly named: BedInUnit | undefined;
  /** The bed in which the board has the fact's visit now. */
  readonly current: BedInUnit | undefined;
  /** The pseudonyms of the fact's patient and visit. */
  readonly identity: { readonly subject: string; readonly encounter: string } | undefined;
  /** The last version of each alert there has been about these beds. */
  readonly alertVersions: Readonly<Record<string, number>>;
}

/**
 * Records a fact. Unlike a request it is never refused for what the board shows: where they contradict, the fact
 * wins and somebody is told. It is refused only when it names a bed that does not exist. What is older than what the
 * same feed already said of a bed is kept and not applied there.
 */
export function decideFact(state: FactState, fact: BedFact, context: DecisionContext): Decision {
  const { named } = state;
  if (named === undefined) {
    return reject(
      refuse('not_found', 'there is no such bed', [
        { path: 'data.location', message: 'is no bed of this board' },
      ]),
    );
  }
  const told = new Telling(state, fact, context);
  // A discharge speaks of the bed its visit is in, whatever bed it names.
  const spokenOf = fact.type === 'bed.record-discharge' ? (state.current ?? named) : named;
  if (told.isLateFor(spokenOf)) told.keep(spokenOf);
  else if (fact.type === 'bed.record-status') recordStatus(named, fact, told);
  else if (fact.type === 'bed.record-discharge') recordDischarge(named, told);
  else recordArrival(named, fact, told);
  return accept(told.events);
}

/** Gathers what one fact comes to. */
class Telling {
  readonly events: NewEvent[] = [];
  readonly heard: Heard;
  readonly state: FactState;
  readonly fact: BedFact;
  private readonly context: DecisionContext;

  constructor(state: FactState, fact: BedFact, context: DecisionContext) {
    this.state = state;
    this.fact = fact;
    this.context = context;
    this.heard = { feed: context.by.id, at: fact.data.at };
  }

  get by() {
    return this.context.by;
  }

  isLateFor({ bed }: BedInUnit): boolean {
    const last = bed.heard?.[this.heard.feed];
    return last !== undefined && last > this.heard.at;
  }

  move(place: BedInUnit, type: Parameters<typeof moved>[1], next: NextAxes): void {
    this.events.push(moved(place, type, next, this.context, this.heard));
  }

  keep({ bed, unit }: BedInUnit): void {
    const { type, data } = this.fact;
    const about = 'visit' in data || 'patient' in data ? { visit: data.visit, patient: data.patient } : {};
    this.events.push({
      topic: `unit/${unit.id}/beds`,
      type: 'bed.fact-kept',
      data: defined({
        bed: bed.id,
        fact: type,
        at: data.at,
        location: data.location,
        status: type === 'bed.record-status' ? data.status : undefined,
        subject: this.state.identity?.subject,
        ...about,
      }),
    });
  }

  alert({ bed, unit }: BedInUnit, reason: AlertReason, about?: { subject?: string; visit?: string }): void {
    const id = alertId(bed.id, reason);
    const alert: NewAlert = {
      reason,
      about: { kind: 'bed', id: bed.id, name: bed.name },
      owner: 'nurse',
      ...about,
    };
    this.events.push(raiseAlert(unit.id, alert, this.state.alertVersions[id] ?? 0, this.context));
  }
}

/** An admission or a transfer: the visit is in the named bed now, and in no other. */
function recordArrival(
  named: BedInUnit,
  fact: BedCommandOf<'bed.record-admission' | 'bed.record-transfer'>,
  told: Telling,
): void {
  const { bed } = named;
  const { current, identity } = told.state;
  const stays = current?.bed.id === bed.id;
  if (!stays) {
    if (bed.occupant !== undefined) told.alert(named, 'bed-was-occupied', whoIs(bed.occupant));
    if (bed.operationalStatus === 'C') told.alert(named, 'bed-was-closed');
    if (bed.operationalStatus === 'H' || bed.operationalStatus === 'K')
      told.alert(named, 'bed-was-not-clean');
    if (bed.claim?.subject !== undefined && bed.claim.subject !== identity?.encounter) {
      told.alert(named, 'claim-overruled', whoIs(bed.claim));
    }
    if (current !== undefined && !told.isLateFor(current)) {
      if (fact.type === 'bed.record-admission')
        told.alert(current, 'occupied-elsewhere', whoIs(current.bed.occupant));
      leave(current, told);
    }
  }
  const occupant: Occupant = {
    since: stays && bed.occupant !== undefined ? bed.occupant.since : fact.data.at,
    ...identity,
    ...(fact.data.visit === undefined ? {} : { visit: fact.data.visit }),
    patient: fact.data.patient,
  };
  told.move(named, 'bed.occupied', {
    operationalStatus: 'O',
    occupant,
    closure: null,
    claim: null,
    ...endCleaning(bed, 'cancelled', fact.data.at),
  });
}

/** A discharge: whatever bed the visit was in is left. */
function recordDischarge(named: BedInUnit, told: Telling): void {
  const { current } = told.state;
  if (current === undefined) {
    // The board never had the visit, or somebody said before the feed did that the bed was left.
    if (named.bed.occupant?.encounter !== undefined)
      told.alert(named, 'discharge-of-another-visit', whoIs(named.bed.occupant));
    told.move(named, 'bed.status-stated', {});
    return;
  }
  if (current.bed.id !== named.bed.id)
    told.alert(current, 'discharge-from-another-bed', whoIs(current.bed.occupant));
  leave(current, told);
}

/** A statement of table 0116 about the bed itself. */
function recordStatus(named: BedInUnit, fact: BedCommandOf<'bed.record-status'>, told: Telling): void {
  const { bed } = named;
  const { status, at } = fact.data;
  if (status === 'I') {
    const isolation = bed.isolation ?? { precaution: 'unspecified' as const, since: at };
    told.move(named, 'bed.status-stated', { isolation });
    return;
  }
  if (status !== 'U' && bed.claim?.subject !== undefined)
    told.alert(named, 'claim-overruled', whoIs(bed.claim));
  if (status !== 'O' && bed.occupant?.encounter !== undefined)
    told.alert(named, 'left-without-discharge', whoIs(bed.occupant));
  const next: NextAxes = {
    operationalStatus: status,
    closure: status === 'C' ? (bed.closure ?? { reason: 'Stated by the feed', since: at }) : null,
    occupant: status === 'O' ? (bed.occupant ?? { since: at }) : null,
  };
  if (status !== 'U') next.claim = null;
  // Table 0116 has one letter for everything: a bed that is stated ready is no longer stated isolated.
  else if (bed.isolation?.precaution === 'unspecified') next.isolation = null;
  if (status === 'H' || status === 'K') next.turnaround = cleaningFor(bed, told, at);
  else if (status === 'U') Object.assign(next, endCleaning(bed, 'completed', at));
  else Object.assign(next, endCleaning(bed, 'cancelled', at));
  told.move(named, 'bed.status-stated', next);
}

function leave(place: BedInUnit, told: Telling): void {
  told.move(place, 'bed.vacated', {
    operationalStatus: 'H',
    occupant: null,
    turnaround: cleaningFor(place.bed, told, told.heard.at),
  });
}

/** The cleaning that is under way, or one asked for now. */
function cleaningFor(bed: Bed, told: Telling, at: string): Turnaround {
  const { turnaround } = bed;
  if (turnaround?.kind === 'cleaning' && isLive(turnaround.status)) return turnaround;
  return { kind: 'cleaning', status: 'requested', priority: 'routine', requestedAt: at, by: told.by };
}

function endCleaning(bed: Bed, status: 'completed' | 'cancelled', at: string): Pick<NextAxes, 'turnaround'> {
  const { turnaround } = bed;
  if (turnaround === undefined || turnaround.kind !== 'cleaning' || !isLive(turnaround.status)) return {};
  return { turnaround: { ...turnaround, status, endedAt: at } };
}

function whoIs(held: { subject?: string | undefined; visit?: string | undefined } | undefined): {
  subject?: string;
  visit?: string;
} {
  return {
    ...(held?.subject === undefined ? {} : { subject: held.subject }),
    ...(held?.visit === undefined ? {} : { visit: held.visit }),
  };
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
