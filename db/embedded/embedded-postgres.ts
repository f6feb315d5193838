import { constants } from 'node:fs';
import { access, chmod, mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import postgres from 'postgres';
import { ensureCluster, superuser } from './cluster.ts';
import { clusterPlace } from './cluster-place.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { EmbeddedPostgresError, systemCode } from './embedded-postgres-error.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { type Postmaster, startPostmaster, stopLeftover } from './postmaster.ts';

/** A running database of our own. */
export interface EmbeddedPostgres {
  /** Where it listens, as its superuser, with the password. */
  readonly url: string;
  readonly dataDir: string;
  /** Ends sessions, writes everything and stops, within ten seconds; again, it does nothing more. */
  stop(): Promise<void>;
}

const database = 'carewall';

/** Where the database files go when the server's account cannot enter the data folder: places that outlive a reboot. */
const otherRoots = ['/var/lib/carewall', '/srv/carewall', '/opt/carewall'];

/**
 * Starts PostgreSQL 18 from the npm packages on the data folder, making folder and database when they are not there,
 * and gives it once it accepts connections, on 127.0.0.1 alone. A server left behind by an owner that was killed is
 * stopped and started anew, so that it has this caller's port and settings.
 * Throws EmbeddedPostgresError, whose message says what to do.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  /** 0 or unset: a free one. */
  port?: number;
  /** PostgreSQL settings over our own. */
  settings?: Record<string, string>;
  /** Instead of the folders that root would use when the data folder cannot be entered by the server's account. */
  clusterRoots?: readonly string[];
}): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  await makeDataDir(dataDir);
  const lock = await lockDataDir(dataDir);
  let postmaster: Postmaster | undefined;
  try {
    const { clusterDir, account, copiesDir } = await clusterPlace(
      dataDir,
      options.clusterRoots ?? otherRoots,
    );
    const binaries = await postgresBinaries({ account, copiesDir });
    await stopLeftover(clusterDir, binaries);
    const { password } = await ensureCluster({ dataDir, clusterDir, account, binaries });
    const { port = 0, settings = {} } = options;
    const logFile = join(dataDir, 'postgres.log');
    postmaster = await startPostmaster({ binaries, account, clusterDir, logFile, port, settings });
    const url = `postgres://${superuser}:${password}@127.0.0.1:${postmaster.port}`;
    await ensureDatabase(url, dataDir);
    return { url: `${url}/${database}`, dataDir, stop: stopOnce(postmaster, lock.release) };
  } catch (error) {
    await postmaster?.stop();
    lock.release();
    throw error;
  }
}

function stopOnce(postmaster: Postmaster, release: () => void): () => Promise<void> {
  // A process that ends without stop() still tells the server to; it has no time to wait for it.
  const onExit = () => {
    try {
      process.kill(postmaster.pid, 'SIGINT');
    } catch {
      // It is gone already.
    }
    release();
  };
  process.once('exit', onExit);
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= postmaster.stop().finally(() => {
      process.off('exit', onExit);
      release();
    });
    return stopping;
  };
}

async function makeDataDir(dataDir: string): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  try {
    const made = await mkdir(dataDir, { recursive: true });
    const isNew = made !== undefined || (isRoot && (await readdir(dataDir)).length === 0);
    // As root a new folder is made passable, because another user runs the server in it: a temporary folder, say, made
    // for us with mode 0700. Secrets in it have modes of their own.
    if (isNew) await chmod(dataDir, isRoot ? 0o711 : 0o700);
    await access(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} cannot be made or written to (${systemCode(error) ?? String(error)}): set DATA_DIR to a folder of the user who starts Carewall.`,
      { cause: error },
    );
  }
}

async function ensureDatabase(url: string, dataDir: string): Promise<void> {
  const sql = postgres(`${url}/postgres`, { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    const there = await sql`select 1 from pg_database where datname = ${database}`;
    if (there.length === 0) await sql`create database ${sql(database)}`;
  } catch (error) {
    if (systemCode(error) !== '28P01') throw error;
    throw new EmbeddedPostgresError(
      `The database does not know the password in ${join(dataDir, 'postgres-password')}: restore the file that was made with it.`,
      { cause: error },
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}
