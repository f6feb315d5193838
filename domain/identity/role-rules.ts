import type { Place } from '../protocol.ts';
import type { Role } from './roles.ts';

/** Where people hold roles: the four kinds of places that a hospital is made of, and regions of a network. */
export const rolePlaceKinds = ['organisation', 'region', 'facility', 'department', 'unit'] as const;
export type RolePlaceKind = (typeof rolePlaceKinds)[number];

/** What is to be minded when a role is given. */
export interface RoleRule {
  /** The kinds of places at which it can be held. Nowhere: it is not given to accounts at all. */
  readonly places: readonly RolePlaceKind[];
  /** Whether a system's key may act in it. A key never administers, and is nobody's patient or payer. */
  readonly forKeys: boolean;
}

const anywhere = ['organisation', 'facility', 'department', 'unit'] as const;
const wards: RoleRule = { places: anywhere, forKeys: true };

/**
 * How each role is given. Whoever is at one ward is given their role there; what is the whole organisation's business
 * (money, patients, those who pay and mediate) stands at the organisation; a list of people stands at the organisation
 * and at each facility, and so do those who administer them. A wall is paired and never given its role.
 */
export const roleRules: Readonly<Record<Role, RoleRule>> = {
  patient: { places: ['organisation'], forKeys: false },
  clinician: wards,
  nurse: wards,
  pharmacist: wards,
  lab: wards,
  radiologist: wards,
  dietician: wards,
  receptionist: wards,
  logistics: wards,
  command_center: { places: ['organisation', 'region', 'facility'], forKeys: true },
  accountant: { places: ['organisation'], forKeys: true },
  it_support: { places: ['organisation', 'facility'], forKeys: true },
  admin: { places: ['organisation', 'facility'], forKeys: false },
  provider: { places: ['facility'], forKeys: true },
  payer: { places: ['organisation'], forKeys: false },
  intermediary: { places: ['organisation'], forKeys: false },
  display: { places: [], forKeys: false },
};

/** Whether a role can be held at a kind of place. */
export function canBeHeldAt(role: Role, kind: Place['kind']): boolean {
  return roleRules[role].places.some((one) => one === kind);
}
