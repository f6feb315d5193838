import { connect, type Database } from './connect.ts';

/** The pools of one node, each for one kind of work under one role. */
export interface Databases {
  /** Commands and snapshots, one organisation at a time. */
  readonly app: Database;
  /** Data keys: apart, because commands wait for it while they hold connections of `app`. */
  readonly vault: Database;
  /** The log, heads and rights of all organisations. */
  readonly relay: Database;
  /** Accounts and sessions. */
  readonly identity: Database;
  /** What is done about people's data over all organisations: archives, erasures, throwing away. */
  readonly privacy: Database;
  /** Ringing and hearing the bell. */
  readonly bell: Database;
  end(): Promise<void>;
}

/** Opens the pools lazily. */
export function openDatabases(url: string, options: { appConnections?: number } = {}): Databases {
  const pools = {
    app: connect(url, { role: 'carewall_app', max: options.appConnections ?? 16, name: 'carewall app' }),
    vault: connect(url, { role: 'carewall_app', max: 2, name: 'carewall vault' }),
    relay: connect(url, { role: 'carewall_relay', max: 4, name: 'carewall relay' }),
    identity: connect(url, { role: 'carewall_identity', max: 4, name: 'carewall identity' }),
    privacy: connect(url, { role: 'carewall_privacy', max: 2, name: 'carewall privacy' }),
    bell: connect(url, { role: 'carewall_relay', max: 1, name: 'carewall bell' }),
  };
  return {
    ...pools,
    end: async () => {
      await Promise.all(Object.values(pools).map((pool) => pool.end({ timeout: 2 })));
    },
  };
}
