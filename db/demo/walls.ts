import type { Databases } from '../databases.ts';
import { newSecret } from '../secrets.ts';

/** Codes of displays that wait in the demo network for good. Nobody has their secrets: what they become shows nothing. */
const codes = ['DMWL-BBBB', 'DMWL-CCCC', 'DMWL-DDDD', 'DMWL-FFFF'];

/** Makes displays wait, so that the examples of the commands about walls have something to speak of. */
export async function seedWaitingDisplays({ identity }: Pick<Databases, 'identity'>): Promise<void> {
  for (const code of codes) {
    await identity`
      insert into carewall.wall_pairings (device_hash, user_code, address, expires_at)
      values (${newSecret().hash}, ${code}, 'demo', 'infinity') on conflict do nothing`;
  }
}
