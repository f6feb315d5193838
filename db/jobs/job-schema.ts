import { Logger, runMigrations } from 'graphile-worker';
import { openJobPool } from './job-pool.ts';

/** Where the queue's library keeps its tables. */
export const jobSchema = 'graphile_worker';

/** Says nothing: what matters of the queue is said by whoever runs it. */
export const silentLogger = new Logger(() => () => undefined);

/** Brings the queue's own tables to the version of its library. Does nothing where they are. */
export async function migrateJobs(url: string): Promise<void> {
  // What befalls a connection in use is raised where it is used.
  const { pool, end } = openJobPool(url, { max: 1, onError: () => undefined });
  try {
    await runMigrations({ pgPool: pool, schema: jobSchema, logger: silentLogger });
  } finally {
    await end();
  }
}
