import type { Database } from '#db/connect.ts';
import type { KeyRing } from '#db/key-ring.ts';
import { reportKeyRing } from '#db/ring-state.ts';
import type { Check } from './readiness.ts';

export interface KeyRingWatchOptions {
  readonly sql: Database;
  readonly ring: KeyRing;
  readonly node: string;
  readonly everyMs: number;
  readonly onFault: (error: unknown) => void;
}

/** Keeps a node's key ring as its file is, and the database told of it. */
export interface KeyRingWatch {
  readonly check: Check;
  /** Reads the file now, as after a SIGHUP. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Reads the key ring's file every few seconds, says in the database what this node has, and sees whether a rotation has
 * gone past it. A node whose ring is old goes on with the keys that it has, and is not ready.
 */
export function startKeyRingWatch(options: KeyRingWatchOptions): KeyRingWatch {
  const { sql, ring, node, onFault } = options;
  let wrong: string | undefined;
  const round = async (): Promise<void> => {
    let unreadable: string | undefined;
    try {
      ring.reload();
    } catch (error) {
      onFault(error);
      unreadable = 'cannot be read; what was read before serves on';
    }
    const current = await reportKeyRing(sql, node, ring);
    const old = current !== undefined && !ring.keys.includes(current);
    wrong = unreadable ?? (old ? `is old: it does not have the current key ${current}` : undefined);
  };
  let running = round().catch(onFault);
  const look = (): Promise<void> => {
    running = running.then(round).catch(onFault);
    return running;
  };
  const timer = setInterval(look, options.everyMs);
  timer.unref();
  return {
    check: { name: 'key ring', fault: () => wrong },
    look,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
