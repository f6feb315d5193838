import type { Connection, Database } from './connect.ts';

/** What a transaction comes to once its reads are answered: writes that travel with the commit, or nothing at all. */
export type Step<Result> =
  | { readonly commit: (connection: Connection) => Promise<Result> }
  | { readonly abandon: Result };

/**
 * Runs a transaction inside one organisation in two round trips. `read` must send its queries before it first waits:
 * they travel with the transaction's beginning. So must the step's `commit`: its queries travel with the commit
 * itself. A failure rolls back and is raised.
 */
export async function inOrganisation<Answers, Result>(
  sql: Database,
  org: string,
  read: (connection: Connection) => Promise<Answers>,
  decide: (answers: Answers) => Promise<Step<Result>>,
): Promise<Result> {
  return reserved(sql, async (connection) => {
    const begun = connection`begin`.execute();
    const entered = connection`select set_config('carewall.org', ${org}, true)`.execute();
    const [, , answers] = await Promise.all([begun, entered, read(connection)]);
    const step = await decide(answers);
    if ('abandon' in step) {
      await connection`rollback`;
      return step.abandon;
    }
    const written = step.commit(connection);
    const committed = connection`commit`.execute();
    const [result, commit] = await Promise.all([written, committed]);
    if (commit.command !== 'COMMIT') throw new Error('the transaction was rolled back');
    return result;
  });
}

/**
 * Runs a transaction inside one organisation in as many round trips as it needs: for work in the background, where
 * nobody waits and no lock is held that others want. A failure rolls back and is raised.
 */
export async function atLeisureInOrganisation<Result>(
  sql: Database,
  org: string,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  return reserved(sql, async (connection) => {
    await connection`begin`;
    await connection`select set_config('carewall.org', ${org}, true)`;
    const result = await work(connection);
    await connection`commit`;
    return result;
  });
}

/**
 * Runs queries of one organisation on one snapshot of the database, in one round trip. `read` must send its queries
 * before it first waits.
 */
export async function snapshotOf<Result>(
  sql: Database,
  org: string,
  read: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  return reserved(sql, async (connection) => {
    const begun = connection`begin isolation level repeatable read read only`.execute();
    const entered = connection`select set_config('carewall.org', ${org}, true)`.execute();
    const answered = read(connection);
    const committed = connection`commit`.execute();
    const [, , result] = await Promise.all([begun, entered, answered, committed]);
    return result;
  });
}

async function reserved<Result>(
  sql: Database,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await taken(sql);
  let result: Result;
  try {
    result = await work(connection);
  } catch (error) {
    // A connection that cannot even roll back is lost, and the pool knows: giving it back would put it into use again.
    if (await rolledBack(connection)) connection.release();
    throw error;
  }
  connection.release();
  return result;
}

async function rolledBack(connection: Connection): Promise<boolean> {
  try {
    await connection`rollback`;
    return true;
  } catch {
    return false;
  }
}

/** How long a command waits for a connection before it is refused: its sender does better to try again. */
const waitMs = 5_000;

/** A connection out of the pool. Rejects, as a lost one does, where none is to be had in time. */
async function taken(sql: Database): Promise<Connection> {
  const waiting = sql.reserve();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), waitMs);
  });
  const connection = await Promise.race([waiting, late]);
  clearTimeout(timer);
  if (connection !== undefined) return connection;
  // It will come all the same, some time: then it goes straight back.
  waiting.then(
    (one) => one.release(),
    () => undefined,
  );
  throw Object.assign(new Error('no connection to the database'), { code: 'CONNECT_TIMEOUT' });
}

/**
 * What a batch of queries comes to. After the first failure Postgres answers every other with 25P02, and those may reach us
 * first: what is raised is the failure that caused them.
 */
export async function together<Results extends readonly unknown[]>(
  queries: readonly [...{ [K in keyof Results]: Promise<Results[K]> }],
): Promise<Results> {
  try {
    return await Promise.all(queries);
  } catch (first) {
    const failures = (await Promise.allSettled(queries)).flatMap((one) =>
      one.status === 'rejected' ? [one.reason] : [],
    );
    throw failures.find((failure) => !isConsequence(failure)) ?? first;
  }
}

function isConsequence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '25P02';
}
