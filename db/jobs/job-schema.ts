import { Logger, runMigrations } from 'graphile-worker';
import { urlForQueue } from '../database-url.ts';

/** Where the queue's library keeps its tables. */
export const jobSchema = 'graphile_worker';

/** Says nothing: what matters of the queue is said by whoever runs it. */
export const silentLogger = new Logger(() => () => undefined);

/** Brings the queue's own tables to the version of its library. Does nothing where they are. */
export async function migrateJobs(url: string): Promise<void> {
  await runMigrations({
    connectionString: urlForQueue(url).href,
    schema: jobSchema,
    maxPoolSize: 1,
    logger: silentLogger,
  });
}
