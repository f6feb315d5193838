/** HL7 table 0116, bed status (chapter 3, NPU-2). There is no "reserved" in it. */
export const bedStatuses = {
  C: 'Closed',
  H: 'Housekeeping',
  O: 'Occupied',
  U: 'Unoccupied',
  K: 'Contaminated',
  I: 'Isolated',
} as const;

export type BedStatus = keyof typeof bedStatuses;

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

export type AdtPatient = {
  mrn: string;
  assigner?: string;
  family?: string;
  given?: string;
  /** `YYYY-MM-DD` */
  birthDate?: string;
  sex?: AdministrativeSex;
};

/** PL, point of care ^ room ^ bed ^ facility; the room may be ''. */
export type AdtLocation = { pointOfCare: string; room: string; bed: string; facility: string };

type Stay = { patient: AdtPatient; visit: string; location: AdtLocation; at: string };

/** What an ADT message says has happened. `at` is an ISO 8601 instant in UTC. */
export type AdtCommand =
  | { type: 'bed.record-admission'; data: Stay }
  | { type: 'bed.record-transfer'; data: Stay & { from?: AdtLocation } }
  | { type: 'bed.record-discharge'; data: Stay }
  | { type: 'bed.record-status'; data: { location: AdtLocation; status: BedStatus; at: string } };
