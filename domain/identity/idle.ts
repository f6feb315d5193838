import type { Grant } from './principal.ts';
import type { Holder } from './roles.ts';

/** After how many minutes without use a desk is signed out, where no role says otherwise. */
export const idleMinutes = 15;

/**
 * Who may leave a screen for longer. A command centre is a room that is never left alone, and looks more than it types; a
 * facility's own people and those who pay see counts and payments, no patient's record.
 */
const longerIdle: Partial<Record<Holder, number>> = {
  command_center: 60,
  provider: 30,
  payer: 30,
  intermediary: 30,
};

/** How long somebody with these grants may leave a screen alone: the shortest time of any of their roles. */
export function idleMinutesOf(grants: readonly Pick<Grant, 'role'>[]): number {
  const roles = grants.map(({ role }) => role).filter((role) => role !== 'self' && role !== 'member');
  if (roles.length === 0) return idleMinutes;
  return Math.min(...roles.map((role) => longerIdle[role] ?? idleMinutes));
}
