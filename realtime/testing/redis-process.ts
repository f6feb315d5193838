import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './server-process.ts';
import { until } from './until.ts';

/** A Redis server of one test's own. */
export interface RedisProcess {
  readonly url: string;
  readonly port: number;
  /** Where the servers of a cluster talk with each other; none for a server alone. */
  readonly busPort: number | undefined;
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface RedisOptions {
  /** As one of a cluster. */
  readonly cluster?: boolean;
  /** Speaks TLS alone, with these PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Who may do everything but administer; nobody else may do anything. */
  readonly user?: { readonly name: string; readonly password: string };
}

/** How often a port that turned out to be taken after all is exchanged for another. */
const attempts = 5;

/** Starts Debian's Redis, or the one that REDIS_SERVER names, without persistence. */
export async function startRedis({ cluster = false, tls, user }: RedisOptions = {}): Promise<RedisProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'carewall-redis-'));
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    // By itself Redis takes the port 10,000 further on, which may be that of somebody's outgoing connection.
    const busPort = cluster ? await freePort() : undefined;
    try {
      return await startOn(folder, port, busPort, tls, user);
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

async function startOn(
  folder: string,
  port: number,
  busPort: number | undefined,
  tls: RedisOptions['tls'],
  user: RedisOptions['user'],
): Promise<RedisProcess> {
  const login = user === undefined ? '' : `${user.name}:${encodeURIComponent(user.password)}@`;
  const url = `${tls === undefined ? 'redis' : 'rediss'}://${login}127.0.0.1:${port}`;
  const options = {
    ...(tls === undefined
      ? { port }
      : {
          port: 0,
          'tls-port': port,
          'tls-cert-file': tls.cert,
          'tls-key-file': tls.key,
          'tls-ca-cert-file': tls.ca,
          'tls-auth-clients': 'no',
        }),
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    dir: folder,
    ...(busPort !== undefined && {
      'cluster-enabled': 'yes',
      'cluster-port': busPort,
      'cluster-node-timeout': 2000,
      'cluster-config-file': join(folder, 'nodes.conf'),
    }),
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  if (user !== undefined) {
    const rights = ['on', `>${user.password}`, '~*', '&*', '+@all', '-@admin'];
    args.push('--user', user.name, ...rights, '--user', 'default', 'off');
  }

  async function start(): Promise<{ kill(signal: NodeJS.Signals): boolean; ended: Promise<void> }> {
    const child = spawn(process.env.REDIS_SERVER ?? 'redis-server', args, {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let log = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4096);
    });
    const stopWithUs = (): void => {
      child.kill('SIGKILL');
    };
    process.once('exit', stopWithUs);
    const ended = new Promise<void>((resolve, reject) => {
      child.once('exit', () => {
        process.off('exit', stopWithUs);
        resolve();
      });
      child.once('error', reject);
    });
    const probe = new Redis(url, {
      retryStrategy: () => 50,
      maxRetriesPerRequest: null,
      ...(tls === undefined ? {} : { tls: { ca: await readFile(tls.ca) } }),
    });
    probe.on('error', () => undefined);
    try {
      await Promise.race([
        until('Redis answers', async () => (await probe.ping()) === 'PONG'),
        ended.then(() => {
          throw new Error(`redis-server ended:\n${log}`);
        }),
      ]);
    } finally {
      probe.disconnect();
    }
    return { kill: (signal) => child.kill(signal), ended };
  }

  let current = await start();
  return {
    url,
    port,
    busPort,
    kill: (signal) => current.kill(signal),
    async restart() {
      current.kill('SIGKILL');
      await current.ended;
      current = await start();
    },
    async close() {
      current.kill('SIGKILL');
      await current.ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
