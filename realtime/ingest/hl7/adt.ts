import { type AdtCommand, type AdtLocation, type BedStatus, bedStatuses } from './adt-command.ts';
import {
  locationAt,
  readBed,
  readOptionalTime,
  readPatient,
  readTime,
  readVisit,
  readWhereabouts,
  recordNumbers,
} from './adt-fields.ts';
import type { ParsedMessage } from './message.ts';
import { type Outcome, refuse } from './refusal.ts';
import type { Hl7Source } from './sources.ts';

/** How one trigger event becomes a command: the segments it must have, and the reading of them. */
type Trigger = {
  segments: readonly string[];
  read(message: ParsedMessage, source: Hl7Source): Outcome<AdtCommand>;
};

type Stay = Extract<AdtCommand, { type: 'bed.record-admission' }>['data'];

const DAY = 24 * 3_600_000;

/** One row for each ADT trigger event that is taken (chapter 3.3). */
const triggers: ReadonlyMap<string, Trigger> = new Map([
  ['A01', stayTrigger((data) => ({ type: 'bed.record-admission', data }))],
  ['A02', stayTrigger(moving('bed.record-transfer'))],
  ['A03', stayTrigger((data) => ({ type: 'bed.record-discharge', data }))],
  ['A04', stayTrigger((data) => ({ type: 'bed.record-admission', data }))],
  ['A05', stayTrigger(preadmission, { place: 'optional' })],
  ['A06', stayTrigger(moving('bed.record-transfer'))],
  ['A07', stayTrigger(moving('bed.record-transfer'))],
  ['A08', stayTrigger((data) => ({ type: 'bed.record-update', data }), { place: 'optional' })],
  ['A11', stayTrigger((data) => ({ type: 'bed.record-admission-cancelled', data }), { cancels: true })],
  ['A12', stayTrigger(moving('bed.record-transfer-cancelled'), { cancels: true })],
  ['A13', stayTrigger((data) => ({ type: 'bed.record-discharge-cancelled', data }), { cancels: true })],
  ['A17', { segments: ['PID', 'PV1'], read: readSwap }],
  ['A20', { segments: ['NPU'], read: readBedStatus }],
  ['A21', stayTrigger(leave)],
  ['A22', stayTrigger((data) => ({ type: 'bed.record-return', data }))],
  ['A40', { segments: ['PID', 'MRG'], read: readMerge }],
]);

/** The trigger events that are taken, for documentation and conformance statements. */
export const supportedTriggers: readonly string[] = [...triggers.keys()];

/**
 * Gives the command an ADT message stands for (chapter 3.3; PID, PV1, PV2, MRG, EVN and NPU in 3.4). Refused: another
 * message type (AR 200) or event (AR 201); a missing segment (AE 100) or field (AE 101), one that is not of its data type
 * (AE 102) or not in its table (AE 103).
 */
export function readAdt(message: ParsedMessage, source: Hl7Source): Outcome<AdtCommand> {
  const { messageCode, triggerEvent } = message.header;
  if (messageCode !== 'ADT') return refuse('AR', '200', { segment: 'MSH', field: 9, component: 1 });
  // Up to version 2.2 the event could stand in EVN-1 alone.
  const trigger = triggers.get(triggerEvent || message.value('EVN', 1));
  if (trigger === undefined) return refuse('AR', '201', { segment: 'MSH', field: 9, component: 2 });
  const missing = trigger.segments.find((segment) => !message.has(segment));
  if (missing !== undefined) return refuse('AE', '100', { segment: missing });
  return trigger.read(message, source);
}

/**
 * The command with every location in it mapped: for a hospital whose codes are not those of the board. A place that is no
 * bed of the board is one whose `bed` is ''.
 */
export function mapLocations(command: AdtCommand, map: (location: AdtLocation) => AdtLocation): AdtCommand {
  switch (command.type) {
    case 'bed.record-merge':
      return command;
    case 'bed.record-swap': {
      const stays = command.data.stays.map((stay) => ({ ...stay, location: map(stay.location) }));
      return { ...command, data: { ...command.data, stays } };
    }
    case 'bed.record-transfer':
    case 'bed.record-transfer-cancelled': {
      const { from, location } = command.data;
      const mapped = from === undefined ? {} : { from: map(from) };
      return { ...command, data: { ...command.data, location: map(location), ...mapped } };
    }
    default:
      return withLocation(command, map);
  }
}

/** Each type apart, so that the compiler keeps type and data together. */
function withLocation(
  command: Exclude<
    AdtCommand,
    {
      type: 'bed.record-merge' | 'bed.record-swap' | 'bed.record-transfer' | 'bed.record-transfer-cancelled';
    }
  >,
  map: (location: AdtLocation) => AdtLocation,
): AdtCommand {
  const copy = structuredClone(command);
  copy.data.location = map(copy.data.location);
  return copy;
}

function stayTrigger(
  command: (stay: Stay, message: ParsedMessage, source: Hl7Source) => AdtCommand,
  { place = 'required', cancels = false }: { place?: 'required' | 'optional'; cancels?: boolean } = {},
): Trigger {
  return {
    segments: ['PID', 'PV1'],
    read(message, source) {
      const patient = readPatient(message);
      if (!patient.ok) return patient;
      const visit = readVisit(message);
      if (!visit.ok) return visit;
      const pv1 = { segment: 'PV1', field: 3 };
      const location = readWhereabouts(message, source, pv1);
      if (!location.ok && place === 'required') return location;
      const at = cancels ? readCancelTime(message, source) : readEventTime(message, source);
      if (!at.ok) return at;
      const stay = {
        patient: patient.value,
        visit: visit.value,
        location: location.ok ? location.value : nowhere(source),
        at: at.value,
      };
      return { ok: true, value: command(stay, message, source) };
    },
  };
}

function nowhere(source: Hl7Source): AdtLocation {
  return { pointOfCare: '', room: '', bed: '', facility: source.facilityCode };
}

/** PV1-6 is optional: then the move is told without it. */
function moving<T extends 'bed.record-transfer' | 'bed.record-transfer-cancelled'>(type: T) {
  return (stay: Stay, message: ParsedMessage, source: Hl7Source) => {
    const from = locationAt(message, source, { segment: 'PV1', field: 6 });
    return { type, data: from.pointOfCare === '' ? stay : { ...stay, from } };
  };
}

/** A plan holds until a day after the admission is expected (PV2-8), or for a day where nobody says when. */
function preadmission(stay: Stay, message: ParsedMessage, source: Hl7Source): AdtCommand {
  const expected = readOptionalTime(message, source, { segment: 'PV2', field: 8 }) ?? stay.at;
  const until = new Date(Math.max(Date.parse(expected), Date.parse(stay.at)) + DAY).toISOString();
  return { type: 'bed.record-preadmission', data: { ...stay, until } };
}

/** When the patient is expected back: PV2-47, since version 2.5, or EVN-3, when the event is planned. */
function leave(stay: Stay, message: ParsedMessage, source: Hl7Source): AdtCommand {
  const expectedBack =
    readOptionalTime(message, source, { segment: 'PV2', field: 47 }) ??
    readOptionalTime(message, source, { segment: 'EVN', field: 3 });
  const back = expectedBack !== undefined && expectedBack > stay.at ? { expectedBack } : {};
  return { type: 'bed.record-leave', data: { ...stay, ...back } };
}

/** A17: PID and PV1 of one patient, then of the other. */
function readSwap(message: ParsedMessage, source: Hl7Source): Outcome<AdtCommand> {
  for (const segment of ['PID', 'PV1']) {
    if (message.occurrences(segment) !== 2) return refuse('AE', '100', { segment });
  }
  const stays: Omit<Stay, 'at'>[] = [];
  for (const occurrence of [1, 2]) {
    const patient = readPatient(message, occurrence);
    if (!patient.ok) return patient;
    const visit = readVisit(message, occurrence);
    if (!visit.ok) return visit;
    const location = readWhereabouts(message, source, { segment: 'PV1', field: 3 }, occurrence);
    if (!location.ok) return location;
    stays.push({ patient: patient.value, visit: visit.value, location: location.value });
  }
  const at = readEventTime(message, source);
  return at.ok ? { ok: true, value: { type: 'bed.record-swap', data: { at: at.value, stays } } } : at;
}

/** A40: groups of PID, whose number (PID-3) survives, and MRG, whose numbers (MRG-1) are gone. */
function readMerge(message: ParsedMessage, source: Hl7Source): Outcome<AdtCommand> {
  const groups = message.occurrences('PID');
  if (message.occurrences('MRG') !== groups) return refuse('AE', '100', { segment: 'MRG' });
  const merges: Extract<AdtCommand, { type: 'bed.record-merge' }>['data']['merges'] = [];
  for (let occurrence = 1; occurrence <= groups; occurrence += 1) {
    const patient = readPatient(message, occurrence);
    if (!patient.ok) return patient;
    const gone = recordNumbers(message, 'MRG', 1, occurrence).map((repetition) => ({
      mrn: message.value('MRG', 1, { repetition, occurrence }),
      assigner: message.value('MRG', 1, { component: 4, repetition, occurrence }),
    }));
    if (gone.length === 0 || gone.some(({ mrn }) => mrn === ''))
      return refuse('AE', '101', { segment: 'MRG', field: 1, component: 1 });
    merges.push({
      patient: patient.value,
      gone: gone.map(({ mrn, assigner }) => (assigner === '' ? { mrn } : { mrn, assigner })),
    });
  }
  const at = readEventTime(message, source);
  if (!at.ok) return at;
  const data = { at: at.value, facility: source.facilityCode, merges };
  return { ok: true, value: { type: 'bed.record-merge', data } };
}

function readBedStatus(message: ParsedMessage, source: Hl7Source): Outcome<AdtCommand> {
  const location = readBed(message, source, { segment: 'NPU', field: 1 });
  if (!location.ok) return location;
  const status = message.value('NPU', 2);
  if (status === '') return refuse('AE', '101', { segment: 'NPU', field: 2 });
  if (!isBedStatus(status)) return refuse('AE', '103', { segment: 'NPU', field: 2 });
  const at = readEventTime(message, source);
  if (!at.ok) return at;
  return {
    ok: true,
    value: { type: 'bed.record-status', data: { location: location.value, status, at: at.value } },
  };
}

function isBedStatus(code: string): code is BedStatus {
  return Object.hasOwn(bedStatuses, code);
}

/** When it happened (EVN-6), else when it was recorded (EVN-2), else when it was sent (MSH-7). */
function readEventTime(message: ParsedMessage, source: Hl7Source): Outcome<string> {
  return readTime(message, source, [
    { segment: 'EVN', field: 6 },
    { segment: 'EVN', field: 2 },
    { segment: 'MSH', field: 7 },
  ]);
}

/**
 * When something was taken back: EVN-2, else MSH-7. EVN-6 then holds the time of what is taken back (chapter 3.4.1.6),
 * and would make every cancellation older than what it cancels.
 */
function readCancelTime(message: ParsedMessage, source: Hl7Source): Outcome<string> {
  return readTime(message, source, [
    { segment: 'EVN', field: 2 },
    { segment: 'MSH', field: 7 },
  ]);
}
