import {
  type AdministrativeSex,
  type AdtLocation,
  type AdtPatient,
  administrativeSexes,
} from './adt-command.ts';
import type { ParsedMessage } from './message.ts';
import { type Location, type Outcome, refuse } from './refusal.ts';
import type { Hl7Source } from './sources.ts';
import { parseDate, parseInstant } from './timestamp.ts';

/** The patient of a PID (chapter 3.4.2). `occurrence` says which PID, from 1. */
export function readPatient(message: ParsedMessage, occurrence = 1): Outcome<AdtPatient> {
  const pid = (field: number, component = 1, repetition = 1) =>
    message.value('PID', field, { component, repetition, occurrence });
  const repetition = recordNumber(message, 'PID', 3, occurrence);
  const mrn = pid(3, 1, repetition);
  if (mrn === '') return refuse('AE', '101', { segment: 'PID', field: 3, component: 1, repetition });
  const patient: AdtPatient = { mrn };
  const assigner = pid(3, 4, repetition);
  if (assigner !== '') patient.assigner = assigner;
  const family = pid(5);
  if (family !== '') patient.family = family;
  const given = pid(5, 2);
  if (given !== '') patient.given = given;

  const born = pid(7);
  if (born !== '') {
    const birthDate = parseDate(born);
    if (birthDate === undefined) return refuse('AE', '102', { segment: 'PID', field: 7 });
    if (birthDate !== 'partial') patient.birthDate = birthDate;
  }
  const sex = pid(8);
  if (sex !== '') {
    if (!isAdministrativeSex(sex)) return refuse('AE', '103', { segment: 'PID', field: 8 });
    patient.sex = sex;
  }
  return { ok: true, value: patient };
}

function isAdministrativeSex(code: string): code is AdministrativeSex {
  return Object.hasOwn(administrativeSexes, code);
}

/** Of several identifiers the one of type MR (table 0203) is the record number; where none says so, the first. */
function recordNumber(message: ParsedMessage, segment: string, field: number, occurrence: number): number {
  return recordNumbers(message, segment, field, occurrence)[0] ?? 1;
}

/** The repetitions of an identifier list that are record numbers (type MR); where none says so, the first. */
export function recordNumbers(
  message: ParsedMessage,
  segment: string,
  field: number,
  occurrence: number,
): number[] {
  const all = Array.from(
    { length: message.repetitions(segment, field, occurrence) },
    (_unused, index) => index + 1,
  );
  const typed = all.filter(
    (repetition) => message.value(segment, field, { component: 5, repetition, occurrence }) === 'MR',
  );
  return typed.length > 0 ? typed : all.slice(0, 1);
}

/** The visit's number: PV1-19, else the account it is charged to, PID-18. */
export function readVisit(message: ParsedMessage, occurrence = 1): Outcome<string> {
  const visit = message.value('PV1', 19, { occurrence }) || message.value('PID', 18, { occurrence });
  return visit === ''
    ? refuse('AE', '101', { segment: 'PV1', field: 19, component: 1 })
    : { ok: true, value: visit };
}

/** A location (PL) as it stands; the facility is the source's where none is named. */
export function locationAt(
  message: ParsedMessage,
  source: Hl7Source,
  { segment, field = 0 }: Location,
  occurrence = 1,
): AdtLocation {
  const component = (index: number): string =>
    message.value(segment, field, { component: index, occurrence });
  return {
    pointOfCare: component(1),
    room: component(2),
    bed: component(3),
    facility: component(4) || source.facilityCode,
  };
}

/**
 * A place where somebody can be: there must be a point of care. Not every place has beds, and not every hospital numbers
 * its rooms.
 */
export function readWhereabouts(
  message: ParsedMessage,
  source: Hl7Source,
  place: Location,
  occurrence = 1,
): Outcome<AdtLocation> {
  const location = locationAt(message, source, place, occurrence);
  if (location.pointOfCare === '') return refuse('AE', '101', { ...place, component: 1 });
  return { ok: true, value: location };
}

/** A bed: a point of care and a bed. */
export function readBed(message: ParsedMessage, source: Hl7Source, place: Location): Outcome<AdtLocation> {
  const location = readWhereabouts(message, source, place);
  if (location.ok && location.value.bed === '') return refuse('AE', '101', { ...place, component: 3 });
  return location;
}

/** The time in the first of the places that has one. Refused: AE 102 where it is none, AE 101 where none has one. */
export function readTime(
  message: ParsedMessage,
  source: Hl7Source,
  places: readonly (Location & { readonly field: number })[],
): Outcome<string> {
  for (const place of places) {
    const text = message.value(place.segment, place.field);
    if (text === '') continue;
    const at = parseInstant(text, source.timezone);
    return at === undefined ? refuse('AE', '102', place) : { ok: true, value: at };
  }
  return refuse('AE', '101', { segment: 'EVN', field: 2 });
}

/** A time that need not be there; nothing where it is missing or coarser than a day. */
export function readOptionalTime(
  message: ParsedMessage,
  source: Hl7Source,
  { segment, field = 0 }: Location,
): string | undefined {
  return parseInstant(message.value(segment, field), source.timezone);
}
