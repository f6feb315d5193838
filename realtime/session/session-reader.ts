import type { Database } from '#db/connect.ts';
import { type LiveSession, readLiveSessions } from '#db/sessions.ts';

/** Reads a session as the database has it now; undefined where it has ended. */
export type ReadSession = (id: string) => Promise<LiveSession | undefined>;

interface Wanted {
  readonly id: string;
  readonly resolve: (session: LiveSession | undefined) => void;
  readonly reject: (error: unknown) => void;
}

const most = 500;

/**
 * Reads sessions many at once: those asked for while a query is under way go together with the next, so thousands
 * that come back after a restart cost a few queries. Whoever asks gets what a query found that began after asking.
 */
export function createSessionReader(sql: Database): ReadSession {
  const wanted: Wanted[] = [];
  let reading = false;

  async function readAll(): Promise<void> {
    reading = true;
    // Those that ask in this same turn come along.
    await Promise.resolve();
    while (wanted.length > 0) {
      const batch = wanted.splice(0, most);
      try {
        const found = await readLiveSessions(
          sql,
          batch.map(({ id }) => id),
        );
        for (const { id, resolve } of batch) resolve(found.get(id));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    reading = false;
  }

  return (id) =>
    new Promise((resolve, reject) => {
      wanted.push({ id, resolve, reject });
      // It never rejects: what fails is told to those who asked.
      if (!reading) void readAll();
    });
}
