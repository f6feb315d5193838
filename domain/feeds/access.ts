import type { Holder } from '../identity/roles.ts';

/**
 * Who may see and do what with feeds. Whoever looks after interfaces sees what waits and mends it; the content of a
 * message is a patient's, and opening it is for an administrator.
 */
export const feedRights = {
  'feeds.read': ['it_support', 'admin'],
  'feeds.presence': [
    'clinician',
    'nurse',
    'pharmacist',
    'lab',
    'radiologist',
    'dietician',
    'receptionist',
    'logistics',
    'command_center',
    'it_support',
    'admin',
    'provider',
    'display',
  ],
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
