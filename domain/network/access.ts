import { type Holder, staffRoles } from '../identity/roles.ts';

const readers = [...staffRoles, 'payer', 'intermediary', 'display'] as const;

/** Who sees what a network has to give, and who says it. A facility owns its counts: a command centre asks for them. */
export const networkRights = {
  'availability.read': readers,
  'census.read': readers,
  'availability.attest': ['provider', 'admin'],
  'availability.lapse': ['system'],
  'facilities.register': ['admin'],
} as const satisfies Record<string, readonly Holder[]>;

export type NetworkRight = keyof typeof networkRights;
