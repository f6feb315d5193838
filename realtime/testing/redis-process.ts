import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './server-process.ts';
import { until } from './until.ts';

/** A Redis server of one test's own. */
export interface RedisProcess {
  readonly url: string;
  readonly port: number;
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts Debian's Redis, or the one that REDIS_SERVER names, without persistence; as one of a cluster where asked. */
export async function startRedis(options: { cluster?: boolean } = {}): Promise<RedisProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'carewall-redis-'));
  const port = await freePort();
  const cluster = options.cluster
    ? [
        '--cluster-enabled',
        'yes',
        '--cluster-node-timeout',
        '2000',
        '--cluster-config-file',
        join(folder, 'nodes.conf'),
      ]
    : [];
  const url = `redis://127.0.0.1:${port}`;

  async function start(): Promise<{ kill(signal: NodeJS.Signals): boolean; ended: Promise<void> }> {
    const child = spawn(
      process.env.REDIS_SERVER ?? 'redis-server',
      [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        '--dir',
        folder,
        ...cluster,
      ],
      { stdio: 'ignore' },
    );
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
    const probe = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    probe.on('error', () => undefined);
    await until('Redis answers', async () => (await probe.ping()) === 'PONG');
    probe.disconnect();
    return { kill: (signal) => child.kill(signal), ended };
  }

  let current = await start();
  return {
    url,
    port,
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
