import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import postgres from 'postgres';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { lifeOf } from './process-life.ts';
import { serverAccount } from './server-account.ts';
import { waitUntil } from './wait-until.ts';

// A database takes a second to make here, and many on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const isRoot = process.getuid?.() === 0;
const asOrdinaryUser =
  'an ordinary user runs the server himself: only root needs another account, and a place it can enter';
/** The tests do not pull a plug; they need no disk that survives it. */
const settings = { fsync: 'off' };

let folder: string;
let dataDir: string;

beforeEach(async (context) => {
  const made = await mkdtemp(join(tmpdir(), 'carewall-embedded-'));
  // The first to be registered is the last to run: after the databases in it have stopped.
  context.onTestFinished(() => rm(made, { recursive: true, force: true }));
  // Anybody may pass, as in /srv; what a private home does is a test of its own.
  await chmod(made, 0o711);
  folder = made;
  dataDir = join(folder, 'data');
});

/** A running database that the test need not stop. */
async function start(options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {}) {
  const database = await startEmbeddedPostgres({ dataDir, settings, ...options });
  onTestFinished(() => database.stop());
  return database;
}

async function query(url: string, statement: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

async function postmasterPid(clusterDir = join(dataDir, 'cluster')): Promise<number> {
  return Number((await readFile(join(clusterDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** Another node process that starts the database and holds it until it is killed. */
async function startInChild(): Promise<{ child: ChildProcess; url: string }> {
  const bundle = join(folder, 'owner.mjs');
  await build({
    stdin: {
      contents: `import { startEmbeddedPostgres } from './embedded-postgres.ts';
        const database = await startEmbeddedPostgres(JSON.parse(process.argv[2]));
        console.log(database.url);
        setInterval(() => {}, 60_000);`,
      resolveDir: dirname(fileURLToPath(import.meta.url)),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
    logLevel: 'error',
    // Packages are looked for from the source on, not from the temporary folder.
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
  });
  const argument = JSON.stringify({ dataDir, settings });
  const child = spawn(process.execPath, [bundle, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const url of createInterface({ input: child.stdout })) return { child, url };
  throw new Error('The owner ended without a database.');
}

async function kill(child: ChildProcess) {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describe('the embedded database', () => {
  test('is there with its encoding, order and settings, on the loopback address alone', async () => {
    const database = await start({ settings: { ...settings, work_mem: '5MB' } });
    const [row] = await query(
      database.url,
      `select current_database() as name, pg_encoding_to_char(encoding) as encoding, datlocprovider as provider,
         datlocale as locale, current_setting('listen_addresses') as addresses, current_setting('work_mem') as memory,
         current_setting('track_commit_timestamp') as stamps, current_setting('max_connections') as connections,
         (select rolpassword like 'SCRAM-SHA-256%' from pg_authid where rolname = current_user) as scram
       from pg_database where datname = current_database()`,
    );
    expect(row).toEqual({
      name: 'carewall',
      encoding: 'UTF8',
      provider: 'b',
      locale: 'C.UTF-8',
      addresses: '127.0.0.1',
      memory: '5MB',
      stamps: 'on',
      connections: '200',
      scram: true,
    });
    expect((await stat(join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);
    const stranger = database.url.replace(/:[0-9a-f]{48}@/, ':wrong@');
    await expect(query(stranger, 'select 1')).rejects.toThrow('password authentication failed');
  });

  test('keeps its data from one start to the next, and stops again and again without harm', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 7 as seven');
    const pid = await postmasterPid();
    await Promise.all([first.stop(), first.stop()]);
    await first.stop();
    expect(lifeOf(pid)).toBeUndefined();
    expect(await readdir(dataDir)).not.toContain('postgres.lock');
    const second = await start();
    expect(await query(second.url, 'select seven from kept')).toEqual([{ seven: 7 }]);
  });

  test('stops in time though a session is in the midst of work', async () => {
    const database = await start();
    const sql = postgres(database.url, { max: 1, onclose: () => {} });
    const busy = sql`select pg_sleep(600)`.catch((error: unknown) => String(error));
    const watcher = postgres(database.url, { max: 1 });
    const sleeping = async () =>
      (await watcher`select 1 from pg_stat_activity where wait_event = 'PgSleep'`).length === 1;
    expect(await waitUntil(sleeping, { within: 5000 })).toBe(true);
    await watcher.end();
    const began = performance.now();
    await database.stop();
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await busy).toMatch(/terminat|CONNECTION_/);
    await sql.end({ timeout: 0 });
  });

  test('logs no statement and no value', async () => {
    const database = await start();
    await query(database.url, 'create table people (name text primary key)');
    await query(database.url, `insert into people values ('Ada')`);
    await expect(query(database.url, `insert into people values ('Ada')`)).rejects.toThrow('duplicate key');
    await database.stop();
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).not.toMatch(/Ada|insert/);
  });

  test('listens on the port it is given, and names one that is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const address = blocker.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const { port } = address;
    await expect(start({ port })).rejects.toThrow(`Port ${port} for the embedded database is taken`);
    blocker.close();
    await once(blocker, 'close');
    expect(new URL((await start({ port })).url).port).toBe(String(port));
  });

  test('refuses a setting that would open it, and gives the folder free again', async () => {
    await expect(start({ settings: { listen_addresses: '*' } })).rejects.toThrow('listen_addresses');
    await start();
  });

  test('says what PostgreSQL said when it does not start', async () => {
    await expect(start({ settings: { no_such_setting: 'on' } })).rejects.toThrow(
      /did not start.*no_such_setting/,
    );
  });
});

describe('two starts on one data folder', () => {
  test('the second is refused in the same process, naming the folder', async () => {
    await start();
    await expect(start()).rejects.toThrow(`${dataDir} is already run by this very process`);
  });

  test('the second is refused in another process, and the first goes on', async () => {
    const { child, url } = await startInChild();
    await expect(start()).rejects.toThrow(`${dataDir} is already run by process ${child.pid}`);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await kill(child);
    // The server it left behind is still there: taken over, so that it can be stopped.
    await (await start()).stop();
  });

  test('of many at once over a dead lock, one is served', async () => {
    await mkdir(dataDir, { mode: 0o711 });
    await writeFile(
      join(dataDir, 'postgres.lock'),
      JSON.stringify({ pid: process.pid, began: 'an earlier life' }),
    );
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => start()));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    const left = (await readdir(dataDir)).filter((name) => name.startsWith('postgres.lock'));
    expect(left).toEqual(['postgres.lock']);
  });
});

describe('after the owner was killed', () => {
  test('the server it left behind is taken over with what was committed', async () => {
    const { child, url } = await startInChild();
    await query(url, 'create table kept as select 7 as seven');
    const orphan = await postmasterPid();
    await kill(child);
    expect(lifeOf(orphan)).toBeDefined();
    const database = await start();
    expect(lifeOf(orphan)).toBeUndefined();
    expect(await query(database.url, 'select seven from kept')).toEqual([{ seven: 7 }]);
  });

  test('a server killed with it is started again from its log', async () => {
    const { child, url } = await startInChild();
    await query(url, 'create table kept as select 7 as seven');
    const orphan = await postmasterPid();
    await kill(child);
    process.kill(orphan, 'SIGKILL');
    const database = await start();
    expect(await query(database.url, 'select seven from kept')).toEqual([{ seven: 7 }]);
  });

  test('a postmaster.pid that names another living process is not believed', async () => {
    await (await start()).stop();
    const account = await serverAccount();
    // The same user, or PostgreSQL itself would see through it.
    const other = spawn('/bin/sleep', ['600'], { uid: account?.uid, gid: account?.gid });
    onTestFinished(() => void other.kill('SIGKILL'));
    await once(other, 'spawn');
    const stale = [other.pid, join(dataDir, 'cluster'), 1, 5432, '', '127.0.0.1', '', 'ready', ''].join('\n');
    await writeFile(join(dataDir, 'cluster', 'postmaster.pid'), stale);
    const database = await start();
    expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(other.exitCode ?? other.signalCode).toBeNull();
  });

  test('an initdb that was cut off is begun again', async () => {
    await mkdir(join(dataDir, 'cluster.new', 'base'), { recursive: true });
    await chmod(dataDir, 0o711);
    await start();
    expect(await readdir(dataDir)).not.toContain('cluster.new');
  });
});

describe('the place of the files', () => {
  test('is outside a private folder of root, found again, and never shared by a copy', async ({ skip }) => {
    skip(!isRoot, asOrdinaryUser);
    const home = join(folder, 'home');
    const clusterRoots = [join(folder, 'var')];
    await mkdir(home, { mode: 0o700 });
    dataDir = join(home, 'data');
    const first = await start({ clusterRoots });
    await query(first.url, 'create table kept as select 7 as seven');
    await first.stop();
    expect(await readdir(dataDir)).not.toContain('cluster');
    const second = await start({ clusterRoots: [] });
    expect(await query(second.url, 'select seven from kept')).toEqual([{ seven: 7 }]);

    const copy = join(home, 'copy');
    await cp(dataDir, copy, { recursive: true });
    await rm(join(copy, 'postgres.lock'));
    await expect(start({ dataDir: copy })).rejects.toThrow(`${copy} is a copy of ${dataDir}`);
    await second.stop();

    const [cluster] = (await readdir(join(folder, 'var'))).filter((name) => !name.startsWith('postgres-'));
    await rm(join(folder, 'var', String(cluster)), { recursive: true });
    await expect(start()).rejects.toThrow('restore that folder');
  });

  test('is inside an empty folder that was made for it, though its mode keeps others out', async ({
    skip,
  }) => {
    skip(!isRoot, asOrdinaryUser);
    await mkdir(dataDir, { mode: 0o700 });
    await start({ clusterRoots: [] });
    expect(await readdir(dataDir)).toContain('cluster');
  });

  test('is asked of the person when there is none', async ({ skip }) => {
    skip(!isRoot, asOrdinaryUser);
    const home = join(folder, 'home');
    await mkdir(home, { mode: 0o700 });
    await expect(start({ dataDir: join(home, 'data'), clusterRoots: [home] })).rejects.toThrow(
      'set DATA_DIR',
    );
  });
});
