import type { Holder } from '../identity/roles.ts';

/** Who may see what concerns one person, and who is in the organisation. */
export const peopleRights = {
  'own.read': ['self'],
  'directory.read': [
    'clinician',
    'nurse',
    'pharmacist',
    'lab',
    'radiologist',
    'dietician',
    'receptionist',
    'logistics',
    'command_center',
    'accountant',
    'it_support',
    'admin',
    'provider',
  ],
} as const satisfies Record<string, readonly Holder[]>;
