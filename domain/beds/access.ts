import type { Holder } from '../identity/roles.ts';

/** Who may do and see what with beds. Whoever reads the clinical view may read patient identity. */
export const bedRights = {
  'beds.read.clinical': ['clinician', 'nurse', 'admin', 'emergency'],
  'beds.read.operational': [
    'pharmacist',
    'lab',
    'radiologist',
    'dietician',
    'receptionist',
    'logistics',
    'command_center',
    'it_support',
    'provider',
    'display',
  ],
  'beds.claim': ['clinician', 'nurse', 'command_center', 'admin', 'provider'],
  'beds.occupy': ['nurse', 'admin'],
  'beds.turnaround': ['nurse', 'logistics', 'admin', 'provider'],
  'beds.close': ['nurse', 'admin', 'provider'],
  'beds.isolate': ['clinician', 'nurse', 'admin'],
  'beds.configure': ['admin', 'system'],
  'beds.record': ['feed'],
  'beds.expire': ['system'],
} as const satisfies Record<string, readonly Holder[]>;

export type BedRight = keyof typeof bedRights;
