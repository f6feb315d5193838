import type { Holder } from '../identity/roles.ts';

/**
 * Who lets displays show boards, and looks after them: administrators, whoever hangs the screens up, and the command
 * centre, whose walls they are. A wall shows no patient's identity, and nothing that each of these does not see
 * themselves where it hangs: `boards.test.ts` holds that.
 */
export const wallRights = {
  'walls.manage': ['admin', 'it_support', 'command_center'],
  'walls.observe': ['system'],
} as const satisfies Record<string, readonly Holder[]>;

export type WallRight = keyof typeof wallRights;
