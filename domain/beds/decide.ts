import { refuse } from '../errors.ts';
import { instantOf, millis } from '../instant.ts';
import { accept, type Decision, type DecisionContext, reject } from '../module.ts';
import { type BedInUnit, moved, type NextAxes } from './change.ts';
import type { BedCommand, BedCommandOf } from './commands.ts';
import type { BedMovedType } from './events.ts';
import type { BedFact } from './fact-commands.ts';
import { type Bed, type Claim, claimedFor, type Unit } from './schema.ts';
import { isLive, turnaroundTransitions } from './turnaround.ts';

/** What a person, or the clock, may ask of a bed that exists. */
export type BedRequest = Exclude<BedCommand, BedFact | { type: 'bed.add' }>;

/**
 * The pseudonyms of whoever a request speaks of, where it does, and the bed in which they lie already. That one has a name
 * where whoever asks sees who lies in it.
 */
export type Identity =
  | {
      readonly subject: string;
      readonly encounter: string;
      readonly lies?: { readonly bed: string; readonly name?: string | undefined } | undefined;
    }
  | undefined;

/** Adds a bed to a unit, unless one is there under the same id or location. */
export function decideAdd(
  state: { readonly unit: Unit | undefined; readonly taken: 'id' | 'location' | undefined },
  command: BedCommandOf<'bed.add'>,
  context: DecisionContext,
): Decision {
  const { unit, bed: id, name, location } = command.data;
  if (state.unit === undefined) return reject(refuse('not_found', 'there is no such unit'));
  if (state.taken !== undefined) {
    const path = state.taken === 'id' ? 'data.bed' : 'data.location';
    return reject(refuse('conflict', 'there is such a bed already', [{ path, message: 'is taken' }]));
  }
  const bed: Bed = {
    id,
    name,
    location,
    operationalStatus: 'U',
    version: 1,
    asOf: context.now,
    source: context.by,
  };
  return accept([{ topic: `unit/${unit}/beds`, type: 'bed.added', data: { bed } }]);
}

/**
 * Grants or refuses what somebody asks of a bed. The same rules tell a screen what it may offer: nothing here needs
 * what only some views show.
 */
export function decideRequest(
  place: BedInUnit | undefined,
  command: BedRequest,
  context: DecisionContext,
  identity?: Identity,
): Decision {
  if (place === undefined) return reject(refuse('not_found', 'there is no such bed'));
  const { bed } = place;
  const becomes = (type: BedMovedType, next: NextAxes): Decision =>
    accept([moved(place, type, next, context)]);
  const no = (why: string): Decision => reject(refuse('conflict', why));

  switch (command.type) {
    case 'bed.claim':
      if (bed.claim !== undefined) return no('the bed is claimed already');
      if (bed.operationalStatus !== 'U') return no(`the bed is ${statusWords[bed.operationalStatus]}`);
      return becomes('bed.claimed', { claim: claimOf(command, context, identity) });
    case 'bed.release':
      return bed.claim === undefined
        ? no('the bed is not claimed')
        : becomes('bed.claim-released', { claim: null });
    case 'bed.expire-claim':
      return bed.claim === undefined
        ? no('the bed is not claimed')
        : becomes('bed.claim-expired', { claim: null });
    case 'bed.occupy':
      return occupy(place, command, context, identity);
    case 'bed.vacate': {
      if (bed.operationalStatus !== 'O') return no('nobody is in the bed');
      const { leaves, priority } = command.data;
      const turnaround = {
        kind: 'cleaning',
        status: 'requested',
        priority,
        requestedAt: context.now,
        by: context.by,
      } as const;
      return becomes('bed.vacated', { operationalStatus: leaves, occupant: null, turnaround });
    }
    case 'bed.request-turnaround':
      return requestTurnaround(place, command, context);
    case 'bed.advance-turnaround':
      return advanceTurnaround(place, command, context);
    case 'bed.close': {
      if (bed.operationalStatus === 'O') return no('somebody is in the bed');
      if (bed.operationalStatus === 'C') return no('the bed is closed already');
      if (bed.claim !== undefined) return no('the bed is claimed; release it first');
      const { reason, expectedEnd } = command.data;
      if (expectedEnd !== undefined && expectedEnd <= context.now) {
        const issue = { path: 'data.expectedEnd', message: 'must lie in the future' };
        return reject(refuse('invalid', 'the expected end is over', [issue]));
      }
      const closure = { reason, since: context.now, ...(expectedEnd === undefined ? {} : { expectedEnd }) };
      return becomes('bed.closed', { operationalStatus: 'C', closure, ...ended(bed, 'cancelled', context) });
    }
    case 'bed.open':
      if (bed.operationalStatus !== 'C') return no('the bed is not closed');
      // Cleaning that was asked for while it was closed is still to be done.
      return becomes('bed.opened', { operationalStatus: isBeingCleaned(bed) ? 'H' : 'U', closure: null });
    case 'bed.isolate':
      return becomes('bed.isolated', {
        isolation: { precaution: command.data.precaution, since: context.now },
      });
    case 'bed.end-isolation':
      return bed.isolation === undefined
        ? no('no precautions apply')
        : becomes('bed.isolation-ended', { isolation: null });
    default:
      return command satisfies never;
  }
}

const statusWords = {
  C: 'closed',
  H: 'being cleaned',
  O: 'occupied',
  U: 'unoccupied',
  K: 'contaminated',
} as const satisfies Record<Bed['operationalStatus'], string>;

function claimOf(command: BedCommandOf<'bed.claim'>, context: DecisionContext, identity: Identity): Claim {
  const { minutes, visit } = command.data;
  return {
    status: 'reserved',
    by: context.by,
    at: context.now,
    until: instantOf(millis(context.now) + minutes * 60_000),
    ...(visit === undefined || identity === undefined ? {} : { ...pseudonymsOf(identity), visit }),
  };
}

function pseudonymsOf(identity: Identity): { subject: string; encounter: string } | undefined {
  return identity && { subject: identity.subject, encounter: identity.encounter };
}

function occupy(
  place: BedInUnit,
  command: BedCommandOf<'bed.occupy'>,
  context: DecisionContext,
  identity: Identity,
): Decision {
  const { bed } = place;
  if (bed.operationalStatus !== 'U')
    return reject(refuse('conflict', `the bed is ${statusWords[bed.operationalStatus]}`));
  const heldFor = claimedFor(bed.claim);
  if (heldFor !== undefined && heldFor !== identity?.encounter) {
    return reject(refuse('conflict', 'the bed is held for another visit'));
  }
  if (identity?.lies !== undefined && identity.lies.bed !== bed.id) {
    const { name } = identity.lies;
    const where = name === undefined ? 'another bed' : `bed ${name}`;
    const issue = { path: 'data.visit', message: `is in ${where}` };
    const details = name === undefined ? undefined : { bed: name };
    return reject(refuse('conflict', `this visit is in ${where} already`, [issue], details));
  }
  const { visit, patient } = command.data;
  const occupant = {
    since: context.now,
    ...pseudonymsOf(identity),
    ...(visit === undefined ? {} : { visit }),
    ...(patient === undefined ? {} : { patient }),
  };
  return accept([moved(place, 'bed.occupied', { operationalStatus: 'O', occupant, claim: null }, context)]);
}

function requestTurnaround(
  place: BedInUnit,
  command: BedCommandOf<'bed.request-turnaround'>,
  context: DecisionContext,
): Decision {
  const { bed } = place;
  const { kind, priority } = command.data;
  if (bed.turnaround !== undefined && isLive(bed.turnaround.status)) {
    return reject(refuse('conflict', `${bed.turnaround.kind} is under way already`));
  }
  const next: NextAxes = {
    turnaround: { kind, status: 'requested', priority, requestedAt: context.now, by: context.by },
  };
  if (kind === 'cleaning') {
    if (bed.operationalStatus === 'O') return reject(refuse('conflict', 'somebody is in the bed'));
    if (bed.claim !== undefined) return reject(refuse('conflict', 'the bed is claimed; release it first'));
    if (bed.operationalStatus === 'U') next.operationalStatus = 'H';
  }
  return accept([moved(place, 'bed.turnaround-requested', next, context)]);
}

function advanceTurnaround(
  place: BedInUnit,
  command: BedCommandOf<'bed.advance-turnaround'>,
  context: DecisionContext,
): Decision {
  const { turnaround, operationalStatus } = place.bed;
  const { to } = command.data;
  if (turnaround === undefined || !isLive(turnaround.status)) {
    return reject(refuse('conflict', 'no cleaning or transport is under way'));
  }
  if (!turnaroundTransitions[turnaround.status].includes(to)) {
    return reject(
      refuse('conflict', `the ${turnaround.kind} is ${turnaround.status}; it cannot become ${to}`),
    );
  }
  const next: NextAxes = {
    turnaround: {
      ...turnaround,
      status: to,
      by: context.by,
      ...(to === 'in-progress' && turnaround.startedAt === undefined ? { startedAt: context.now } : {}),
      ...(isLive(to) ? {} : { endedAt: context.now }),
    },
  };
  const dirty = operationalStatus === 'H' || operationalStatus === 'K';
  if (to === 'completed' && turnaround.kind === 'cleaning' && dirty) next.operationalStatus = 'U';
  return accept([moved(place, 'bed.turnaround-advanced', next, context)]);
}

function isBeingCleaned({ turnaround }: Bed): boolean {
  return turnaround?.kind === 'cleaning' && isLive(turnaround.status);
}

function ended(bed: Bed, status: 'cancelled', context: DecisionContext): Pick<NextAxes, 'turnaround'> {
  const { turnaround } = bed;
  if (turnaround === undefined || !isLive(turnaround.status)) return {};
  return { turnaround: { ...turnaround, status, endedAt: context.now, by: context.by } };
}
