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

/** Who works for an organisation or its facilities: everybody but patients, those who pay or mediate, and walls. */
export const staffRoles = [
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
] as const satisfies readonly Role[];

/**
 * What somebody is to a place without a role there: everybody is `self` at their own, and `member` of the conversations
 * they are in. `emergency` is what somebody has at a unit who broke the glass: for a while, and to read. Commands give and
 * take the last two; nobody is given `self`.
 */
export const relations = ['self', 'member', 'emergency'] as const;

/** Tells a relation from a role. */
export function isRelation(holder: Holder): holder is (typeof relations)[number] {
  return relations.some((relation) => relation === holder);
}

/**
 * Who can hold a right: a person's role or relation, a configured system that states facts (`feed`), or Carewall itself
 * (`system`: expiry, derived topics). The last two are never granted to a person.
 */
export const holders = [...roles, ...relations, 'feed', 'system'] as const;
export const holderSchema = z.enum(holders);
export type Holder = z.infer<typeof holderSchema>;
