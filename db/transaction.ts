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
  const connection = await sql.reserve();
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
