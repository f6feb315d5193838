import { alertId, type NewAlert, raiseAlert } from '../alerts/events.ts';
import type { AlertReason } from '../alerts/schema.ts';
import type { Instant } from '../instant.ts';
import type { DecisionContext, NewEvent } from '../module.ts';
import { type BedInUnit, type Heard, moved, type NextAxes } from './change.ts';
import type { BedMovedType } from './events.ts';
import type { BedFact, StatedStay } from './fact-commands.ts';
import type { Bed, Patient, Turnaround } from './schema.ts';
import { isLive } from './turnaround.ts';

/** Whom a feed speaks of, who they are after all merges, and the bed in which the board has them. */
export interface KnownStay {
  readonly stated: StatedStay;
  readonly identity: { readonly subject: string; readonly encounter: string } | undefined;
  readonly patient: Patient;
  /** The bed that the fact names, if it names one. */
  readonly named: BedInUnit | undefined;
  readonly current: BedInUnit | undefined;
}

interface Draft {
  readonly place: BedInUnit;
  readonly type: BedMovedType;
  readonly next: NextAxes;
  /** Whether the feed said where somebody is or what the bed is, and not only who. */
  readonly states: boolean;
}

/**
 * Gathers what one fact comes to: for each bed its next position, told as one event, beds that are left before those that
 * are filled, so that a reader never has one patient in two beds but while two patients change theirs.
 */
export class Telling {
  readonly fact: BedFact;
  readonly heard: Heard;
  private readonly context: DecisionContext;
  private readonly alertVersions: Readonly<Record<string, number>>;
  private readonly drafts = new Map<string, Draft>();
  private readonly kept = new Map<string, NewEvent>();
  private readonly alerts = new Map<string, NewEvent>();

  constructor(fact: BedFact, context: DecisionContext, alertVersions: Readonly<Record<string, number>>) {
    this.fact = fact;
    this.context = context;
    this.alertVersions = alertVersions;
    this.heard = { feed: context.by.id, at: fact.data.at };
  }

  get at(): Instant {
    return this.heard.at;
  }

  get now(): Instant {
    return this.context.now;
  }

  get by() {
    return this.context.by;
  }

  /** Whether the feed has said something newer of the bed. */
  isLateFor({ bed }: BedInUnit): boolean {
    const last = bed.heard?.[this.heard.feed];
    return last !== undefined && last > this.heard.at;
  }

  /** The feed said where somebody is, or what the bed is. */
  state(place: BedInUnit, type: BedMovedType, next: NextAxes): void {
    this.drafts.set(place.bed.id, { place, type, next, states: true });
  }

  /** The feed spoke of the bed, and what it said changes nothing there. */
  hear(place: BedInUnit): void {
    const { next } = this.drafts.get(place.bed.id) ?? { next: {} };
    this.state(place, 'bed.status-stated', next);
  }

  /** Something about the bed is known better, but what the feed last said of it is as old as it was. */
  amend(place: BedInUnit, type: BedMovedType, next: NextAxes): void {
    if (!this.drafts.has(place.bed.id)) this.drafts.set(place.bed.id, { place, type, next, states: false });
  }

  /** The fact is not applied to the bed; the log has it all the same. */
  keep({ bed, unit }: BedInUnit, stay: KnownStay | undefined): void {
    const { type, data } = this.fact;
    const whole = {
      bed: bed.id,
      fact: type,
      at: data.at,
      location: stay?.stated.location ?? bed.location,
      status: type === 'bed.record-status' ? data.status : undefined,
      subject: stay?.identity?.subject,
      visit: stay?.stated.visit,
      patient: stay?.patient,
    };
    const defined = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
    this.kept.set(bed.id, { topic: `unit/${unit.id}/beds`, type: 'bed.fact-kept', data: defined });
  }

  /** Somebody is to be told, once for each trouble at each bed. */
  alert({ bed, unit }: BedInUnit, reason: AlertReason, about?: WhoIs): void {
    const id = alertId(bed.id, reason);
    const alert: NewAlert = {
      reason,
      about: { kind: 'bed', id: bed.id, name: bed.name },
      owner: 'nurse',
      ...whoIs(about),
    };
    this.alerts.set(id, raiseAlert(unit.id, alert, this.alertVersions[id] ?? 0, this.context));
  }

  /** The bed was left and is to be cleaned. */
  vacate(place: BedInUnit): void {
    this.state(place, 'bed.vacated', {
      operationalStatus: 'H',
      occupant: null,
      turnaround: this.cleaningOf(place.bed),
    });
  }

  /** The cleaning that is under way, or one asked for now. */
  cleaningOf({ turnaround }: Bed): Turnaround {
    if (turnaround?.kind === 'cleaning' && isLive(turnaround.status)) return turnaround;
    return {
      kind: 'cleaning',
      status: 'requested',
      priority: 'routine',
      requestedAt: this.at,
      by: this.by,
    };
  }

  /** The end of a cleaning that is under way. */
  endCleaning({ turnaround }: Bed, status: 'completed' | 'cancelled'): Pick<NextAxes, 'turnaround'> {
    if (turnaround === undefined || turnaround.kind !== 'cleaning' || !isLive(turnaround.status)) return {};
    return { turnaround: { ...turnaround, status, endedAt: this.at } };
  }

  /** All that the fact came to. */
  events(): NewEvent[] {
    const drafts = [...this.drafts.values()];
    const isLeft = ({ next }: Draft) => next.occupant === null;
    const inOrder = [...drafts.filter(isLeft), ...drafts.filter((draft) => !isLeft(draft))];
    const moves = inOrder.map(({ place, type, next, states }) =>
      states
        ? moved(place, type, next, this.context, this.heard)
        : moved(place, type, next, this.context, undefined, place.bed.asOf),
    );
    return [...moves, ...this.kept.values(), ...this.alerts.values()];
  }
}

type WhoIs = { readonly subject?: string | undefined; readonly visit?: string | undefined } | undefined;

function whoIs(held: WhoIs): { subject?: string; visit?: string } {
  return {
    ...(held?.subject === undefined ? {} : { subject: held.subject }),
    ...(held?.visit === undefined ? {} : { visit: held.visit }),
  };
}
