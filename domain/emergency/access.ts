import type { Holder } from '../identity/roles.ts';

/**
 * Who may break the glass: whoever writes into the record of patients, because nobody else treats them. Where they hold
 * their role does not matter: that it is not here is why they ask. What it gives is the relation `emergency` to the unit,
 * which is named in the access tables of what it opens.
 */
export const emergencyRights = {
  'emergency.break': ['clinician', 'nurse', 'pharmacist'],
  'emergency.end': ['self'],
  'emergency.withdraw': ['admin'],
  'emergency.lapse': ['system'],
  'reviews.read': ['admin'],
  'reviews.decide': ['admin'],
  'reviews.mind': ['system'],
} as const satisfies Record<string, readonly Holder[]>;

export type EmergencyRight = keyof typeof emergencyRights;
