import postgres from 'postgres';
import { readDatabaseUrl } from './database-url.ts';

/** The database roles that a server works under; see migrations 0001, 0020 and 0022. */
export type DatabaseRole =
  | 'carewall_app'
  | 'carewall_relay'
  | 'carewall_identity'
  | 'carewall_jobs'
  | 'carewall_keys'
  | 'carewall_privacy';

/** A pool of connections. Counts (`bigint`) come as numbers: no count here reaches 2^53. */
export type Database = postgres.Sql<{ bigint: number }>;

/** A pool, or a transaction of one. */
export type Queries = postgres.ISql<{ bigint: number }>;

/** One connection of a pool, taken out of it: queries sent together share a round trip. */
export type Connection = postgres.ReservedSql<{ bigint: number }>;

/**
 * Opens a pool lazily. `role` is what its sessions may do, whatever the login of `url` may; without one they are the
 * login itself, which is for migrations alone. What the URL says of TLS holds for every connection.
 */
export function connect(url: string, options: { role?: DatabaseRole; max: number; name: string }): Database {
  const address = readDatabaseUrl(url);
  return postgres(address.url, {
    max: options.max,
    ssl: address.tls,
    idle_timeout: 0,
    connect_timeout: 5,
    // Seconds until it connects again. The driver's own go to 20 and, for connections that are taken out of the pool, never
    // come back from there: it counts losses over all its life.
    backoff: () => 0.02 + Math.random() * 0.2,
    // Notices of `if not exists` are no news.
    onnotice: () => undefined,
    types: {
      bigint: { to: 20, from: [20], serialize: (value: number) => String(value), parse: Number },
    },
    connection: {
      application_name: options.name,
      ...(options.role === undefined ? {} : { role: options.role }),
      // A statement that hangs would hold its locks; every one of ours is short.
      statement_timeout: 15_000,
      idle_in_transaction_session_timeout: 15_000,
    },
  });
}

/** What Postgres's error code says of a failure, as far as a caller acts on it. */
export type Failure = 'retry' | 'unavailable' | 'bug';

/**
 * Tells a failure that goes away when tried again (a deadlock, a race for a unique key or a stretch of time) from a
 * database out of reach and from a mistake of ours.
 */
export function failureOf(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === '40P01' || code === '40001' || code === '23505' || code === '23P01') return 'retry';
  // 08 connection, 53 resources, 57 operator intervention, 58 system; the rest are the driver's and the system's own.
  if (
    /^(08|53|57|58)/.test(code) ||
    /^(CONNECT|ECONN|CONNECTION_|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENOENT)/.test(code)
  ) {
    return 'unavailable';
  }
  return 'bug';
}
