import type { Database } from './connect.ts';

const channel = 'carewall_bell';

/**
 * The bell says that the log may have grown; it carries nothing, and a lost ring costs a reader no more than its next
 * poll. It is rung outside of every transaction, at most once in a few milliseconds: a notification inside one would
 * make commits of the whole database wait for each other.
 */
export interface Bell {
  ring(): void;
}

/** A bell on connections of its own, so that ringing waits for no command. */
export function createBell(
  sql: Database,
  options: { everyMs: number; onFault: (error: unknown) => void },
): Bell {
  let timer: NodeJS.Timeout | undefined;
  let ringing = false;
  let again = false;

  const ringNow = (): void => {
    ringing = true;
    again = false;
    const began = performance.now();
    sql
      .notify(channel, '')
      .catch(options.onFault)
      .finally(() => {
        // A ring that takes long is one of many writers: it must not take from them what it would save their readers.
        const rest = Math.max(options.everyMs, 2 * (performance.now() - began));
        timer = setTimeout(() => {
          timer = undefined;
          ringing = false;
          if (again) ringNow();
        }, rest);
        timer.unref();
      });
  };

  return {
    ring: () => {
      // The first ring goes at once: a quiet system is as quick as it can be.
      if (ringing) again = true;
      else ringNow();
    },
  };
}

/** Hears the bell until the pool ends; listens again by itself after a lost connection, and calls back then too. */
export async function hearBell(sql: Database, heard: () => void): Promise<void> {
  await sql.listen(channel, heard, heard);
}
