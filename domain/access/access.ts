import type { Holder } from '../identity/roles.ts';

/** Who may see and do what with accounts. What is one's own is one's own. */
export const accessRights = {
  'people.manage': ['admin', 'system'],
  /** What doors before sign-in come to: somebody accepted an invitation, verified an address. */
  'people.enter': ['system'],
  'profile.own': ['self'],
} as const satisfies Record<string, readonly Holder[]>;

export type AccessRight = keyof typeof accessRights;
