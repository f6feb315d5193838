import type { Holder } from '../identity/roles.ts';

/** Who may do and see what with consents, and with what a person asks about their own data. */
export const privacyRights = {
  'privacy.own': ['self'],
  // Who looks after patients at an organisation writes down what these say; `decide` keeps it to patients.
  'consent.record': ['self', 'admin', 'receptionist'],
  // What a patient without an account said or signed, at a place where these work.
  'consent.record-patient': ['admin', 'receptionist'],
  'privacy.administer': ['admin'],
  'privacy.carry-out': ['system'],
} as const satisfies Record<string, readonly Holder[]>;

export type PrivacyRight = keyof typeof privacyRights;
