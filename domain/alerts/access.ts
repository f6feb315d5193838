import type { Holder } from '../identity/roles.ts';

/** Who may see and answer alerts of a unit. */
export const alertRights = {
  'alerts.read.clinical': ['clinician', 'nurse', 'admin', 'emergency'],
  'alerts.read.operational': [
    'command_center',
    'logistics',
    'it_support',
    'provider',
    'receptionist',
    'display',
  ],
  'alerts.answer': ['clinician', 'nurse', 'command_center', 'admin'],
} as const satisfies Record<string, readonly Holder[]>;
