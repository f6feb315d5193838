import { createKeyedBuckets } from '../limits.ts';

/** What may be tried at the doors before sign-in, in the memory of this node. */
export interface DoorLimits {
  /** Whether a letter may be asked for, by where it is asked from and by where it would go. */
  mayWrite(address: string, email: string): boolean;
  /** Whether a link may be tried. */
  mayTry(address: string): boolean;
}

const perHour = 1 / 3_600;

/**
 * A hospital stands behind one address: twenty ask at once, and two a minute from then on. One mailbox gets five letters at
 * once, and five an hour. Whether it is anybody's is not looked at.
 */
export function createDoorLimits({ clock = Date.now }: { clock?: () => number } = {}): DoorLimits {
  const options = { most: 20_000, clock };
  const byAddress = createKeyedBuckets(20, 120 * perHour, options);
  const byEmail = createKeyedBuckets(5, 5 * perHour, options);
  const tries = createKeyedBuckets(60, 1, options);
  return {
    mayWrite: (address, email) => byAddress.take(address) && byEmail.take(email),
    mayTry: (address) => tries.take(address),
  };
}
