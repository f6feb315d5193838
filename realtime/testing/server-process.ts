import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { packageRoot } from '#db/package-root.ts';
import type { EngineName } from '../engine/engine.ts';

/** A server of one test's own, as it ships: another process, on free ports. */
export interface ServerProcess {
  readonly url: string;
  readonly mllpPort: number;
  readonly pid: number;
  /** Everything it wrote to its log. */
  log(): string;
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT' | 'SIGHUP'): void;
  /** Resolves with the exit code, or nothing where a signal ended it. */
  readonly ended: Promise<number | undefined>;
}

export interface ServerProcessOptions {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly engine: EngineName;
  readonly port: number;
  readonly mllpPort: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the built server and waits until it says where it is. Rejects with its log where it ends instead. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const main = join(packageRoot(), 'dist', 'server', 'main.js');
  const child = spawn(process.execPath, ['--enable-source-maps', main], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: options.databaseUrl,
      DATA_DIR: options.dataDir,
      ENGINE: options.engine,
      PORT: String(options.port),
      MLLP_PORT: String(options.mllpPort),
      LOG_LEVEL: 'debug',
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stopWithUs = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', stopWithUs);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('exit', (code) => {
      process.off('exit', stopWithUs);
      resolve(code ?? undefined);
    });
  });
  const line = await firstLine(child, () => log);
  const url = /http:\S+?(?=[;\s])/.exec(line)?.[0];
  const mllpPort = /MLLP\) on port (\d+)/.exec(line)?.[1];
  if (url === undefined || mllpPort === undefined || child.pid === undefined)
    throw new Error(`not understood: ${line}`);
  return {
    url,
    mllpPort: Number(mllpPort),
    pid: child.pid,
    log: () => log,
    kill: (signal) => child.kill(signal),
    ended,
  };
}

function firstLine(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.includes('\n')) resolve(out);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${out}${log()}`)));
    child.once('error', reject);
  });
}

/**
 * A port that nobody listens on now, outside the range from which the system takes the ports of outgoing connections:
 * a server that is started again on its port must not find it taken by one of those.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

/** A data folder with the key ring of the run in it, and the ring's text for a test that reads what is sealed. */
export async function createDataDir(): Promise<{ path: string; keyRing: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'carewall-data-'));
  const keyRing = inject('keyRing');
  await writeFile(join(path, 'key-ring.json'), keyRing, { mode: 0o600 });
  return { path, keyRing, remove: () => rm(path, { recursive: true, force: true }) };
}

/** The engines to run a socket test on: both. */
export const engines: readonly EngineName[] = ['uws', 'node'];
