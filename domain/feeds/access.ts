import { bedRights } from '../beds/access.ts';
import type { Holder } from '../identity/roles.ts';

/**
 * Who may see and do what with feeds. Whoever looks after interfaces sees what waits and mends it; the content of a
 * message is a patient's, and opening it is for an administrator.
 */
export const feedRights = {
  'feeds.read': ['it_support', 'admin'],
  // Whoever sees a unit's beds sees when the feed that they rest on has fallen silent.
  'feeds.presence': [...bedRights['beds.read.clinical'], ...bedRights['beds.read.operational']],
  'feeds.configure': ['admin'],
  'feeds.map': ['it_support', 'admin', 'system'],
  'feeds.observe': ['system'],
  'quarantine.keep': ['feed'],
  'quarantine.replay': ['it_support', 'admin'],
  'quarantine.dismiss': ['admin'],
  'quarantine.open': ['admin'],
  'quarantine.settle': ['system'],
} as const satisfies Record<string, readonly Holder[]>;

export type FeedRight = keyof typeof feedRights;
