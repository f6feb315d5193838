import type { Holder } from '../identity/roles.ts';

/** Who may look at the audit and what it tells of, and deal with it. Whoever looks after systems is none of them. */
export const securityRights = {
  'audit.read': ['admin'],
  'security.read': ['admin'],
  'security.answer': ['admin'],
  'security.detect': ['system'],
} as const satisfies Record<string, readonly Holder[]>;

export type SecurityRight = keyof typeof securityRights;
