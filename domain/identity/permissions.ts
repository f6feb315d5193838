import type { Role } from './roles.ts';

/** How far a role reaches into what is written about a patient. */
export type Reach = 'none' | 'own' | 'limited' | 'yes' | 'demographics' | 'prescriptions' | 'pharmacy_notes';

export interface RecordAccess {
  readonly clinicalRecord: Reach;
  readonly notes: Reach;
  readonly prescribe: Reach;
  readonly allPatients: Reach;
  readonly admin: Reach;
}

const noRecord: RecordAccess = {
  clinicalRecord: 'none',
  notes: 'none',
  prescribe: 'none',
  allPatients: 'none',
  admin: 'none',
};

/** What each role may do with patient records. A role that is not in the source table has nothing. */
export const recordAccess: Readonly<Record<Role, RecordAccess>> = {
  patient: { ...noRecord, clinicalRecord: 'own' },
  clinician: { ...noRecord, clinicalRecord: 'yes', notes: 'yes', prescribe: 'yes', allPatients: 'yes' },
  nurse: { ...noRecord, clinicalRecord: 'yes', notes: 'yes', allPatients: 'yes' },
  receptionist: { ...noRecord, clinicalRecord: 'limited', allPatients: 'demographics' },
  pharmacist: {
    ...noRecord,
    clinicalRecord: 'limited',
    notes: 'pharmacy_notes',
    allPatients: 'prescriptions',
  },
  admin: { ...noRecord, clinicalRecord: 'yes', allPatients: 'yes', admin: 'yes' },
  lab: noRecord,
  radiologist: noRecord,
  dietician: noRecord,
  logistics: noRecord,
  command_center: noRecord,
  accountant: noRecord,
  it_support: noRecord,
  provider: noRecord,
  payer: noRecord,
  intermediary: noRecord,
  display: noRecord,
};

export const administrativeAreas = [
  'audit_log',
  'security_events',
  'user_data',
  'system',
  'own_data',
  'services',
  'transactions',
  'certificates',
  'marketplace',
] as const;
export type AdministrativeArea = (typeof administrativeAreas)[number];

/** Which administrative areas each role may enter. A role that is not here may enter none. */
export const administrativeAccess: Readonly<Partial<Record<Role, readonly AdministrativeArea[]>>> = {
  admin: administrativeAreas,
  provider: ['own_data', 'services', 'transactions', 'certificates'],
  payer: ['own_data', 'services', 'transactions', 'certificates'],
  intermediary: ['own_data', 'services', 'transactions', 'marketplace'],
};

/** Whether a role may enter an administrative area. */
export function mayEnter(role: Role, area: AdministrativeArea): boolean {
  return administrativeAccess[role]?.includes(area) ?? false;
}
