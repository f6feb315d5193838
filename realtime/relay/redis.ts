import { readFileSync } from 'node:fs';
import { Cluster, Redis, type RedisOptions } from 'ioredis';

/** What a node says to Redis, on one server or a cluster of them, with the same words. */
export interface RedisLink {
  /** For publishing: fails at once while there is no connection. */
  readonly publisher: Redis | Cluster;
  /** For hearing alone. */
  readonly subscriber: Redis | Cluster;
  /** Another connection for hearing, for what subscribes by itself. */
  openSubscriber(): Redis | Cluster;
  /** Messages stay within the shard of their channel: of use on a cluster alone. */
  readonly sharded: boolean;
  /** The version of the server, such as 7. */
  readonly major: number;
  close(): void;
}

const shared: RedisOptions = {
  connectTimeout: 3_000,
  keepAlive: 5_000,
  // For ever, and soon again: what waits for Redis is a whole ward.
  retryStrategy: (times) => Math.min(50 * times, 500),
};
const publishing: RedisOptions = {
  ...shared,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 1_000,
};
// The subscriptions of a connection that comes back are made again by their owner, who knows them all.
const subscribing: RedisOptions = { ...shared, autoResubscribe: false, maxRetriesPerRequest: null };

/**
 * Connects to Redis and finds out whether it is a cluster. Waits for Redis where it is not there yet. `rediss:` speaks TLS
 * and nothing else, with a server whose certificate holds its name and was signed by an authority that Node knows, or by the
 * one in the file `ca`. Raises an Error once `signal` says that nobody waits any more, or where that file cannot be read.
 */
export async function openRedis(
  url: string,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
  ca?: string,
): Promise<RedisLink> {
  const { hostname, port, username, password, protocol, pathname } = new URL(url);
  const node = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? 6379 : port) };
  const database = Number(pathname.slice(1));
  const access: RedisOptions = {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: tlsBy(ca) } : {}),
  };
  const alone = { ...node, ...access, ...(database > 0 ? { db: database } : {}) };
  const { cluster, major } = await ask(alone, signal, onFault);
  const open = (options: RedisOptions, sharded: boolean): Redis | Cluster => {
    const client = cluster
      ? new Cluster([node], {
          redisOptions: { ...options, ...access },
          enableOfflineQueue: options.enableOfflineQueue ?? true,
          shardedSubscribers: sharded,
          clusterRetryStrategy: (times) => Math.min(50 * times, 500),
        })
      : new Redis({ ...options, ...alone });
    client.on('error', onFault);
    return client;
  };
  const publisher = open(publishing, false);
  const subscriber = open(subscribing, cluster);
  const others: (Redis | Cluster)[] = [];
  return {
    publisher,
    subscriber,
    openSubscriber() {
      const other = open({ ...subscribing, autoResubscribe: true }, cluster);
      others.push(other);
      return other;
    },
    sharded: cluster,
    major,
    close() {
      publisher.disconnect();
      subscriber.disconnect();
      for (const other of others) other.disconnect();
    },
  };
}

function tlsBy(ca: string | undefined): NonNullable<RedisOptions['tls']> {
  return { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca: readFileSync(ca) }) };
}

async function ask(
  server: RedisOptions,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): Promise<{ cluster: boolean; major: number }> {
  const probe = new Redis({ ...shared, ...server, maxRetriesPerRequest: null });
  probe.on('error', onFault);
  const given = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('nobody waits for Redis any more')), {
      once: true,
    });
  });
  try {
    const info = await Promise.race([probe.info(), given]);
    return {
      cluster: /cluster_enabled:1/.test(info),
      major: Number(/redis_version:(\d+)/.exec(info)?.[1] ?? 0),
    };
  } finally {
    probe.disconnect();
  }
}
