import type { Database } from '#db/connect.ts';
import type { KeyRing } from '#db/key-ring.ts';
import { createKeyedBuckets } from '../limits.ts';
import { createSharedLimit } from '../shared-limit.ts';

/** What may be tried at the doors before sign-in. */
export interface DoorLimits {
  /** Whether a letter may be asked for, by where it is asked from and by where it would go. */
  mayWrite(address: string, email: string): Promise<boolean>;
  /** Whether a link may be tried. */
  mayTry(address: string): boolean;
}

const minuteMs = 60_000;

/**
 * A hospital stands behind one address: twenty ask at once, and two a minute from then on. One mailbox gets five letters at
 * once, and five an hour. Whether it is anybody's is not looked at. Letters are counted on all nodes together; what is
 * merely tried, in the memory of this one.
 */
export function createDoorLimits(options: {
  readonly sql: Database;
  readonly ring: KeyRing;
  /** The database's and this node's, where it is left out. */
  readonly clock?: () => number;
}): DoorLimits {
  const { clock } = options;
  const inMemory = { most: 20_000, ...(clock === undefined ? {} : { clock }) };
  const byAddress = createSharedLimit({
    ...options,
    name: 'letters from',
    atOnce: 20,
    everyMs: minuteMs / 2,
  });
  const byEmail = createSharedLimit({ ...options, name: 'letters to', atOnce: 5, everyMs: 12 * minuteMs });
  // A flood from one address is not the database's to count.
  const asked = createKeyedBuckets(60, 1, inMemory);
  const tries = createKeyedBuckets(60, 1, inMemory);
  return {
    // One after the other: an address that may not ask leaves no trace of the mailboxes it names.
    mayWrite: async (address, email) =>
      asked.take(address) &&
      (await byAddress.take(address)) === undefined &&
      (await byEmail.take(email)) === undefined,
    mayTry: (address) => tries.take(address),
  };
}
