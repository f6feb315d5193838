import type { BedFact } from '#domain/beds/fact-commands.ts';
import type { BedStatusCode, Patient, Whereabouts } from '#domain/beds/schema.ts';

/** HL7 table 0116, bed status (chapter 3, NPU-2). There is no "reserved" in it. */
export const bedStatuses = {
  C: 'Closed',
  H: 'Housekeeping',
  O: 'Occupied',
  U: 'Unoccupied',
  K: 'Contaminated',
  I: 'Isolated',
} as const satisfies Record<BedStatusCode, string>;

export type BedStatus = BedStatusCode;

/** HL7 table 0001, administrative sex (chapter 3, PID-8). */
export const administrativeSexes = {
  F: 'Female',
  M: 'Male',
  O: 'Other',
  U: 'Unknown',
  A: 'Ambiguous',
  N: 'Not applicable',
} as const;

export type AdministrativeSex = keyof typeof administrativeSexes;

/** Who a message is about (PID). */
export type AdtPatient = Patient & { mrn: string };

/** PL, point of care ^ room ^ bed ^ facility; the room may be '', and so may the bed, of a place that has none. */
export type AdtLocation = Whereabouts;

/** What an ADT message says has happened, as the command of its feed. */
export type AdtCommand = BedFact;
