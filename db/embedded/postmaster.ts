import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { EmbeddedPostgresError, systemCode } from './embedded-postgres-error.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { commandLineOf, lifeOf, stillLives } from './process-life.ts';
import { runOptions, type ServerAccount } from './server-account.ts';
import { settingArguments } from './server-settings.ts';
import { waitUntil } from './wait-until.ts';

/** What one server needs to run. */
export interface PostmasterOptions {
  binaries: PostgresBinaries;
  account: ServerAccount | undefined;
  clusterDir: string;
  logFile: string;
  /** 0: a free one. */
  port: number;
  settings: Record<string, string>;
}

/** A PostgreSQL server that accepts connections. */
export interface Postmaster {
  pid: number;
  port: number;
  stop(): Promise<void>;
}

/** Replaying the log after a crash takes long on slow disks; this is far beyond it. */
const readyWithin = 180_000;
const logLimit = 10_000_000;

/**
 * Starts the server on its files and waits until it accepts connections. Throws EmbeddedPostgresError when the port is
 * taken or the server gives up; its own words are in the message.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const deadline = performance.now() + readyWithin;
  for (;;) {
    const port = options.port || (await freePort());
    const outcome = await attempt(options, port);
    if ('pid' in outcome) return outcome;
    const said = outcome.log.trim().split('\n').slice(-4).join(' ');
    const portTaken = /could not (bind|create listen socket)/.test(outcome.log);
    if (portTaken && options.port) {
      throw new EmbeddedPostgresError(
        `Port ${port} for the embedded database is taken: stop what listens there, or choose another port. PostgreSQL said: ${said}`,
      );
    }
    // A free port may be lost between the look and the start. And the sessions of a server that was killed outlive it
    // for a moment, holding its shared memory.
    const passing = portTaken || outcome.log.includes('pre-existing shared memory block');
    if (!passing || performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        `The embedded database in ${options.clusterDir} did not start. PostgreSQL said: ${said || 'nothing'} (see ${options.logFile}).`,
      );
    }
    await waitUntil(() => false, { within: 100 });
  }
}

/**
 * Stops the server that a killed owner left behind on these files, and removes a postmaster.pid that names no running
 * server. Throws EmbeddedPostgresError when it cannot be stopped.
 */
export async function stopLeftover(clusterDir: string, binaries: PostgresBinaries): Promise<void> {
  const pid = (await readPidFile(clusterDir))?.pid;
  if (pid === undefined) return;
  const life = lifeOf(pid);
  const command = life && commandLineOf(pid);
  // Where the system tells nothing of the process, the pid file is believed.
  if (life && (command === undefined || command.includes(`-D ${clusterDir} `))) {
    await stopProcess(pid, () => stillLives(life), binaries);
  }
  // PostgreSQL would take an unreaped process, or a stranger with the same id, for its predecessor and refuse to start.
  // Sessions that outlive their server are told by their shared memory, with or without this file.
  await rm(join(clusterDir, 'postmaster.pid'), { force: true });
}

async function attempt(options: PostmasterOptions, port: number): Promise<Postmaster | { log: string }> {
  const { binaries, account, clusterDir, logFile } = options;
  const log = await open(logFile, 'a+', 0o600);
  try {
    if ((await log.stat()).size > logLimit) await log.truncate();
    const from = (await log.stat()).size;
    const child = spawn(binaries.postgres, ['-D', clusterDir, ...settingArguments(port, options.settings)], {
      ...runOptions(account),
      // Its own session: a Ctrl-C in the terminal is for Carewall, which stops the database last.
      detached: true,
      windowsHide: true,
      // A file and not a pipe: the server must not lose its log when we are killed.
      stdio: ['ignore', log.fd, log.fd],
    });
    let failure: string | undefined;
    child.on('error', (error) => {
      failure = error.message;
    });
    child.unref();
    const { pid } = child;
    const runs = () =>
      pid !== undefined && failure === undefined && child.exitCode === null && child.signalCode === null;
    const stop = async () => {
      if (pid !== undefined) await stopProcess(pid, runs, binaries);
    };
    const ready = async () => {
      const file = await readPidFile(clusterDir);
      return file?.pid === pid && file?.ready === true;
    };
    const settled = await waitUntil(async () => !runs() || (await ready()), { within: readyWithin });
    if (pid !== undefined && settled && runs()) return { pid, port, stop };
    await stop();
    const buffer = Buffer.alloc(20_000);
    const { bytesRead } = await log.read(buffer, 0, buffer.length, from);
    return { log: failure ?? buffer.toString('utf8', 0, bytesRead) };
  } finally {
    await log.close();
  }
}

async function stopProcess(pid: number, runs: () => boolean, binaries: PostgresBinaries): Promise<void> {
  // Fast: sessions end, everything is written. Immediate: what is not written is replayed at the next start, as after
  // a kill. Nothing acknowledged is lost either way.
  const steps = [
    { signal: 'SIGINT', within: 6000 },
    { signal: 'SIGQUIT', within: 3000 },
    { signal: 'SIGKILL', within: 1000 },
  ] as const;
  for (const { signal, within } of steps) {
    if (!runs()) return;
    await send(pid, signal, binaries);
    if (await waitUntil(() => !runs(), { within, every: 10 })) return;
  }
  throw new EmbeddedPostgresError(
    `The embedded database (process ${pid}) does not stop: end that process by hand.`,
  );
}

async function send(
  pid: number,
  signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL',
  binaries: PostgresBinaries,
): Promise<void> {
  if (process.platform === 'win32') {
    // Windows has no signals; PostgreSQL's own tool speaks to the server in another way.
    const tool = execFile(binaries.pgCtl, ['kill', signal.slice('SIG'.length), String(pid)]);
    await once(tool, 'close');
    return;
  }
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

/** What the server says of itself in postmaster.pid. */
async function readPidFile(clusterDir: string): Promise<{ pid: number; ready: boolean } | undefined> {
  let text: string;
  try {
    text = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, ready: lines[7]?.trim() === 'ready' };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string')
    throw new EmbeddedPostgresError('No free port was found.');
  return address.port;
}
