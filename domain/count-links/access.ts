import type { Holder } from '../identity/roles.ts';

/**
 * Who may do and see what with a facility's contacts. Who they are is for those who look after the facility; a command
 * centre sees them and asks. A link answers as a provider at its facility, through a session that may do nothing else.
 */
export const countLinkRights = {
  'contacts.read': ['provider', 'command_center', 'admin'],
  'contacts.manage': ['provider', 'admin'],
  'links.send': ['provider', 'command_center', 'admin', 'system'],
  'links.observe': ['system'],
  'links.submit': ['provider'],
} as const satisfies Record<string, readonly Holder[]>;

export type CountLinkRight = keyof typeof countLinkRights;
