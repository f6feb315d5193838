/** Lets at most so many pieces of work be in hand at once; the others wait in the order they came. */
export type Gate = { pass<T>(work: () => Promise<T>): Promise<T> };

export function createGate(maxInHand: number): Gate {
  const waiting: (() => void)[] = [];
  let inHand = 0;

  async function enter(): Promise<void> {
    if (inHand < maxInHand) {
      inHand += 1;
      return;
    }
    // Whoever leaves hands its place on, so that nobody comes in between.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) inHand -= 1;
    else next();
  }

  return {
    async pass(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

/** How fast messages of one connection are taken: at most so many a second, and as many at once. */
export type Pace = {
  /** Counts one message; gives how long to wait before the next is taken, in ms. */
  spend(): number;
};

/** A token bucket: what was not used within the last second may be used now. `now` in ms, from any beginning. */
export function createPace(perSecond: number, now: () => number = () => performance.now()): Pace {
  let tokens = perSecond;
  let at = now();
  return {
    spend() {
      const reading = now();
      tokens = Math.min(perSecond, tokens + ((reading - at) * perSecond) / 1_000) - 1;
      at = reading;
      return tokens >= 0 ? 0 : (-tokens * 1_000) / perSecond;
    },
  };
}

/** Counts connections of each address. */
export type Addresses = {
  /** Counts one more; gives false, and counts nothing, where the address has as many as it may. */
  enter(address: string): boolean;
  leave(address: string): void;
};

export function createAddresses(maxEach: number): Addresses {
  const counts = new Map<string, number>();
  return {
    enter(address) {
      const count = counts.get(address) ?? 0;
      if (count >= maxEach) return false;
      counts.set(address, count + 1);
      return true;
    },
    leave(address) {
      const count = counts.get(address) ?? 0;
      if (count <= 1) counts.delete(address);
      else counts.set(address, count - 1);
    },
  };
}
