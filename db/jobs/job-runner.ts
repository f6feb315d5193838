import { parseCronItems, run, type TaskList } from 'graphile-worker';
import { connect } from '../connect.ts';
import { openJobPool } from './job-pool.ts';
import { jobSchema, silentLogger } from './job-schema.ts';

/** Work that is done in the background, by whichever node takes it. */
export interface Task {
  /** Such as `post`. */
  readonly name: string;
  /** When it is to be done by itself, as a cron pattern in UTC; of several nodes one does it. */
  readonly every?: string;
  /**
   * Does it. Raises where it is to be tried again, later and later. Ends within a minute; `last` tells that nobody will
   * try again.
   */
  run(payload: unknown, attempt: { last: boolean; signal: AbortSignal | undefined }): Promise<void>;
}

export interface JobRunnerOptions {
  readonly url: string;
  readonly tasks: readonly Task[];
  readonly onFault: (error: unknown) => void;
  /** How often jobs of dead nodes are looked for, and new ones where no notice came. */
  readonly everyMs?: number;
}

/** Failures are told by their name: messages may quote a row or what another server said. */
class TaskFailed extends Error {
  override readonly name = 'TaskFailed';
}

/** Carries out jobs until stopped: at most two at a time on each node. */
export async function startJobs(options: JobRunnerOptions): Promise<{ stop(): Promise<void> }> {
  const { url, tasks, onFault, everyMs = 2_000 } = options;
  const taskList: TaskList = Object.fromEntries(
    tasks.map((task) => [
      task.name,
      async (payload, { job, abortSignal }) => {
        try {
          await task.run(payload, { last: job.attempts >= job.max_attempts, signal: abortSignal });
        } catch (error) {
          onFault(error);
          // What the library keeps and logs of a failure.
          throw new TaskFailed(`${task.name} is to be tried again`);
        }
      },
    ]),
  );
  const { pool, end } = openJobPool(url, { role: 'carewall_jobs', max: 4, onError: onFault });
  const begin = () =>
    run({
      pgPool: pool,
      schema: jobSchema,
      concurrency: 2,
      noHandleSignals: true,
      pollInterval: everyMs,
      gracefulShutdownAbortTimeout: 1_000,
      logger: silentLogger,
      taskList,
      parsedCronItems: parseCronItems(
        tasks.flatMap(({ name, every }) =>
          every === undefined
            ? []
            : [{ task: name, match: every, options: { backfillPeriod: 0, maxAttempts: 1 } }],
        ),
      ),
    });
  let stopping: Promise<void> | undefined;
  let restart: NodeJS.Timeout | undefined;
  let runner = await begin();
  // The library ends its work for good where it cannot reach the database at the wrong moment.
  const watch = (): void => {
    runner.promise.catch((error: unknown) => {
      onFault(error);
      if (stopping === undefined) restart = setTimeout(() => void beginAgain(), 5_000);
    });
  };
  let beginning: Promise<void> = Promise.resolve();
  function beginAgain(): Promise<void> {
    beginning = begin().then(
      (next) => {
        runner = next;
        watch();
      },
      (error: unknown) => {
        onFault(error);
        if (stopping === undefined) restart = setTimeout(() => void beginAgain(), 5_000);
      },
    );
    return beginning;
  }
  watch();

  const sql = connect(url, { role: 'carewall_jobs', max: 1, name: 'carewall jobs' });
  let releasing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    releasing = sql`select carewall.release_lost_jobs()`.catch(onFault);
  }, 30_000);
  timer.unref();

  async function stop(): Promise<void> {
    clearInterval(timer);
    clearTimeout(restart);
    await beginning;
    // One that has ended by itself has nothing left to stop.
    await Promise.all([runner.stop().catch(() => undefined), releasing]);
    await Promise.all([end(), sql.end({ timeout: 1 })]);
  }
  return {
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
