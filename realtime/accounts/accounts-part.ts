import { clearLinks } from '#db/link-secrets.ts';
import type { StartPart } from '../part.ts';
import { createAccountDoors } from './account-doors.ts';
import { createDoorLimits } from './door-limits.ts';

const hourMs = 3_600_000;

/** Registration and forgotten passwords: what comes before somebody has signed in. */
export const startAccounts: StartPart = (context) => {
  const { databases, ring, onFault } = context;
  const pending = new Set<Promise<void>>();

  function inBackground(work: () => Promise<void>): void {
    const done: Promise<void> = work()
      .catch(onFault)
      .finally(() => pending.delete(done));
    pending.add(done);
  }

  const upkeep = setInterval(() => inBackground(() => clearLinks(databases.identity)), hourMs);
  upkeep.unref();
  return {
    name: 'accounts',
    open: createAccountDoors(context, createDoorLimits({ sql: databases.identity, ring }), inBackground),
    async stop() {
      clearInterval(upkeep);
      await Promise.all(pending);
    },
  };
};
