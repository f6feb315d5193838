import { evolveUnitAlerts } from '../../alerts/evolve.ts';
import type { Alert } from '../../alerts/schema.ts';
import type { Decision, DecisionContext, NewEvent } from '../../module.ts';
import { type BedCommand, parseBedCommand } from '../commands.ts';
import { type BedRequest, decideRequest } from '../decide.ts';
import { evolveUnitBeds } from '../evolve.ts';
import { type BedFact, staysOf } from '../fact-commands.ts';
import { decideFact } from '../facts.ts';
import { type Merge, withMerges } from '../merges.ts';
import type { Bed, UnitBeds } from '../schema.ts';
import type { VisitMemory } from '../visit-memory.ts';

export const unit = { id: 'u', name: '4 West', facility: 'f' };
export const nurse = { kind: 'person', id: 'nurse', name: 'Nurse' } as const;
export const feed = { kind: 'feed', id: 'demo', name: 'DEMO' } as const;
export const otherFeed = { kind: 'feed', id: 'other', name: 'OTHER' } as const;

/** A moment, in minutes from the beginning. */
export const at = (minute: number) => new Date(Date.UTC(2026, 2, 1) + minute * 60_000).toISOString();

export const location = (number: number) => ({
  pointOfCare: '4W',
  room: String(number),
  bed: '1',
  facility: 'RGH',
});

/** A place that has no beds. */
export const waitingRoom = { pointOfCare: 'ED', room: 'WAIT', bed: '', facility: 'RGH' };

const bed = (number: number): Bed => ({
  id: `b${number}`,
  name: `4W-${number}`,
  location: location(number),
  operationalStatus: 'U',
  version: 1,
  asOf: at(0),
  source: nurse,
});

/** All that a store keeps of a unit with three beds, pseudonyms in the clear: `s-M1` of record M1, `e-V1` of visit V1. */
export interface Board {
  readonly beds: UnitBeds;
  readonly alerts: Readonly<Record<string, Alert>>;
  readonly versions: Readonly<Record<string, number>>;
  readonly memories: Readonly<Record<string, VisitMemory>>;
  readonly merges: readonly Merge[];
}

export const emptyBoard = (): Board => ({
  beds: { unit, beds: { b1: bed(1), b2: bed(2), b3: bed(3) } },
  alerts: {},
  versions: {},
  memories: {},
  merges: [],
});

export const isFact = (command: BedCommand): command is BedFact => command.type.startsWith('bed.record-');

/** Decides a command as the stores do, and keeps what it comes to. */
export function tell(
  board: Board,
  type: string,
  data: object,
  { minute = 1, by }: { minute?: number; by?: DecisionContext['by'] } = {},
): { decision: Decision; board: Board; events: readonly NewEvent[]; types: readonly string[] } {
  const command = parseBedCommand({ type, data });
  const source = by ?? (isFact(command) ? feed : nurse);
  const context: DecisionContext = { now: at(minute), by: source, newId: () => 'id' };
  const outcome = isFact(command) ? tellFact(board, command, context) : ask(board, command, context);
  const events = outcome.decision.ok ? outcome.decision.events : [];
  const beds = events.filter(({ topic }) => topic.endsWith('/beds')).reduce(evolveUnitBeds, board.beds);
  const alerts = events
    .filter(({ topic }) => topic.endsWith('/alerts'))
    .reduce(evolveUnitAlerts, { unit, alerts: { ...board.alerts } }).alerts;
  const versions = Object.fromEntries(Object.values(alerts).map(({ id, version }) => [id, version]));
  return {
    decision: outcome.decision,
    events,
    types: events.map((event) => event.type),
    board: { ...outcome.board, beds, alerts, versions: { ...board.versions, ...versions } },
  };
}

function ask(board: Board, command: BedCommand, context: DecisionContext) {
  if (isFact(command) || command.type === 'bed.add') throw new Error('not asked of a bed');
  const request: BedRequest = command;
  const found = board.beds.beds[request.data.bed];
  const place = found && { bed: found, unit };
  const visit = 'visit' in request.data ? request.data.visit : undefined;
  const encounter = `e-${visit}`;
  const lies = Object.values(board.beds.beds).find(({ occupant }) => occupant?.encounter === encounter);
  const identity =
    visit === undefined
      ? undefined
      : { subject: encounter, encounter, ...(lies && { lies: { bed: lies.id, name: lies.name } }) };
  return { decision: decideRequest(place, request, context, identity), board };
}

function tellFact(board: Board, fact: BedFact, context: DecisionContext) {
  const stays = staysOf(fact).map(({ visit, patient }) => ({
    encounter: `e-${visit}`,
    subject: `s-${patient.mrn}`,
  }));
  const stated =
    fact.type === 'bed.record-merge'
      ? fact.data.merges.flatMap(({ patient, gone }) =>
          gone.map(({ mrn }) => ({
            gone: `s-${mrn}`,
            subject: `s-${patient.mrn}`,
            patient,
            at: fact.data.at,
          })),
        )
      : [];
  const { decision, memories, merges } = decideFact(
    {
      places: Object.values(board.beds.beds).map((one) => ({ bed: one, unit })),
      visits: stays.map((identity) => ({ identity, memory: board.memories[identity.encounter] ?? {} })),
      merges: board.merges,
      stated,
      openAlerts: Object.values(board.alerts).map((alert) => ({ unit: unit.id, alert })),
      alertVersions: board.versions,
    },
    fact,
    context,
  );
  const remembered = Object.fromEntries(
    stays.flatMap(({ encounter }, index) => {
      const memory = memories[index];
      return memory === undefined ? [] : [[encounter, memory]];
    }),
  );
  return {
    decision,
    board: {
      ...board,
      memories: { ...board.memories, ...remembered },
      merges: withMerges(board.merges, merges),
    },
  };
}
