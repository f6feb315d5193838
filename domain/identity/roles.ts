import { z } from 'zod';

/** The roles a person can hold, and the device role `display` (a wall). */
export const roles = [
  'patient',
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
  'payer',
  'intermediary',
  'display',
] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/**
 * Who can hold a right: a person's role, a configured system that states facts (`feed`), or Carewall itself
 * (`system`: expiry, derived topics). The last two are never granted to a person.
 */
export const holders = [...roles, 'feed', 'system'] as const;
export const holderSchema = z.enum(holders);
export type Holder = z.infer<typeof holderSchema>;
