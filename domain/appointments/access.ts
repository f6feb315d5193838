import type { Holder } from '../identity/roles.ts';

/**
 * Who may do and see what with appointments. The clinical view names the patients: those who receive them need their
 * names, and find nothing of their record here.
 */
export const appointmentRights = {
  'appointments.read.clinical': ['clinician', 'nurse', 'receptionist', 'admin'],
  'appointments.read.operational': [
    'pharmacist',
    'lab',
    'radiologist',
    'dietician',
    'logistics',
    'command_center',
    'it_support',
    'provider',
    'display',
  ],
  'appointments.schedule': ['admin', 'receptionist', 'system'],
  'appointments.book': ['receptionist', 'nurse', 'clinician', 'admin', 'system'],
  'appointments.receive': ['receptionist', 'nurse', 'clinician', 'admin', 'system'],
  'appointments.fulfil': ['clinician', 'nurse', 'admin', 'system'],
  'appointments.archive': ['system'],
} as const satisfies Record<string, readonly Holder[]>;

export type AppointmentRight = keyof typeof appointmentRights;
