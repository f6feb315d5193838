import { type Holder, staffRoles } from '../identity/roles.ts';

/** Who may see what concerns one person, and who is in the organisation. */
export const peopleRights = {
  'own.read': ['self'],
  'directory.read': staffRoles,
} as const satisfies Record<string, readonly Holder[]>;
