import {
  type AdministrativeSex,
  type AdtCommand,
  type AdtLocation,
  type AdtPatient,
  administrativeSexes,
  type BedStatus,
  bedStatuses,
} from './adt-command.ts';
import type { ParsedMessage } from './message.ts';
import { type Location, type Outcome, refuse } from './refusal.ts';
import type { Hl7Source } from './sources.ts';
import { parseDate, parseInstant } from './timestamp.ts';

/** How one trigger event becomes a command: the segments it must have, and the reading of them. */
type Trigger = {
  segments: readonly string[];
  read(message: ParsedMessage, source: Hl7Source): Outcome<AdtCommand>;
};

/** One row for each ADT trigger event that is taken (chapter 3.3). */
const triggers: ReadonlyMap<string, Trigger> = new Map([
  ['A01', stayTrigger((stay) => ({ ok: true, value: { type: 'bed.record-admission', data: stay } }))],
  [
    'A02',
    stayTrigger((stay, message, source) => {
      const from = readPriorLocation(message, source);
      return {
        ok: true,
        value: { type: 'bed.record-transfer', data: from === undefined ? stay : { ...stay, from } },
      };
    }),
  ],
  ['A03', stayTrigger((stay) => ({ ok: true, value: { type: 'bed.record-discharge', data: stay } }))],
  ['A20', { segments: ['NPU'], read: readBedStatus }],
]);

/** The trigger events that are taken, for documentation and conformance statements. */
export const supportedTriggers: readonly string[] = [...triggers.keys()];

/**
 * Gives the command an ADT message stands for (chapter 3.3; PID, PV1, EVN and NPU in 3.4). Refused: another message type
 * (AR 200) or event (AR 201); a missing segment (AE 100) or field (AE 101), one that is not of its data type (AE 102) or
 * not in its table (AE 103).
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

type Stay = Extract<AdtCommand, { type: 'bed.record-admission' }>['data'];

function stayTrigger(
  command: (stay: Stay, message: ParsedMessage, source: Hl7Source) => Outcome<AdtCommand>,
): Trigger {
  return {
    segments: ['PID', 'PV1'],
    read(message, source) {
      const patient = readPatient(message);
      if (!patient.ok) return patient;
      const visit = message.value('PV1', 19) || message.value('PID', 18);
      if (visit === '') return refuse('AE', '101', { segment: 'PV1', field: 19, component: 1 });
      const location = readLocation(message, source, { segment: 'PV1', field: 3 });
      if (!location.ok) return location;
      const at = readEventTime(message, source);
      if (!at.ok) return at;
      return command(
        { patient: patient.value, visit, location: location.value, at: at.value },
        message,
        source,
      );
    },
  };
}

function readBedStatus(message: ParsedMessage, source: Hl7Source): Outcome<AdtCommand> {
  const location = readLocation(message, source, { segment: 'NPU', field: 1 });
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

function isAdministrativeSex(code: string): code is AdministrativeSex {
  return Object.hasOwn(administrativeSexes, code);
}

function readPatient(message: ParsedMessage): Outcome<AdtPatient> {
  const repetition = medicalRecordRepetition(message);
  const mrn = message.value('PID', 3, { repetition });
  if (mrn === '') return refuse('AE', '101', { segment: 'PID', field: 3, component: 1, repetition });
  const patient: AdtPatient = { mrn };
  const assigner = message.value('PID', 3, { component: 4, repetition });
  if (assigner !== '') patient.assigner = assigner;
  const family = message.value('PID', 5);
  if (family !== '') patient.family = family;
  const given = message.value('PID', 5, { component: 2 });
  if (given !== '') patient.given = given;

  const born = message.value('PID', 7);
  if (born !== '') {
    const birthDate = parseDate(born);
    if (birthDate === undefined) return refuse('AE', '102', { segment: 'PID', field: 7 });
    if (birthDate !== 'partial') patient.birthDate = birthDate;
  }
  const sex = message.value('PID', 8);
  if (sex !== '') {
    if (!isAdministrativeSex(sex)) return refuse('AE', '103', { segment: 'PID', field: 8 });
    patient.sex = sex;
  }
  return { ok: true, value: patient };
}

/** Of several identifiers the one of type MR (table 0203) is the record number; where none says so, the first. */
function medicalRecordRepetition(message: ParsedMessage): number {
  for (let repetition = 1; repetition <= message.repetitions('PID', 3); repetition += 1) {
    if (message.value('PID', 3, { component: 5, repetition }) === 'MR') return repetition;
  }
  return 1;
}

function locationAt(
  message: ParsedMessage,
  source: Hl7Source,
  { segment, field = 0 }: Location,
): AdtLocation {
  const component = (index: number): string => message.value(segment, field, { component: index });
  return {
    pointOfCare: component(1),
    room: component(2),
    bed: component(3),
    facility: component(4) || source.facilityCode,
  };
}

/** A bed must be named: a point of care and a bed. Not every hospital numbers its rooms. */
function readLocation(message: ParsedMessage, source: Hl7Source, place: Location): Outcome<AdtLocation> {
  const location = locationAt(message, source, place);
  if (location.pointOfCare === '') return refuse('AE', '101', { ...place, component: 1 });
  if (location.bed === '') return refuse('AE', '101', { ...place, component: 3 });
  return { ok: true, value: location };
}

/** PV1-6 is optional, and often a place without beds (a waiting room): then the transfer is told without it. */
function readPriorLocation(message: ParsedMessage, source: Hl7Source): AdtLocation | undefined {
  const from = locationAt(message, source, { segment: 'PV1', field: 6 });
  return from.pointOfCare === '' || from.bed === '' ? undefined : from;
}

/** When it happened (EVN-6), else when it was recorded (EVN-2), else when it was sent (MSH-7). */
function readEventTime(message: ParsedMessage, source: Hl7Source): Outcome<string> {
  const places = [
    { segment: 'EVN', field: 6 },
    { segment: 'EVN', field: 2 },
    { segment: 'MSH', field: 7 },
  ];
  for (const place of places) {
    const text = message.value(place.segment, place.field);
    if (text === '') continue;
    const at = parseInstant(text, source.timezone);
    return at === undefined ? refuse('AE', '102', place) : { ok: true, value: at };
  }
  return refuse('AE', '101', { segment: 'EVN', field: 2 });
}
