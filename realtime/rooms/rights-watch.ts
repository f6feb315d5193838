import { isDeepStrictEqual } from 'node:util';
import type { Refusal } from '#domain/errors.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { Connection } from './connection.ts';
import { viewOf } from './subscribe.ts';
import type { PathOf } from './topic-paths.ts';

/** A session or a person whose rights have changed. */
export interface RightsChange {
  readonly principal: string;
  readonly session?: string | undefined;
}

export interface RightsWatchOptions {
  readonly connections: () => Iterable<Connection>;
  /** The principal of a session as the database has it now. */
  readonly read: (session: string) => Promise<Principal | Refusal>;
  readonly pathOf: PathOf;
  readonly onFault: (error: unknown) => void;
}

/** What keeps rooms to those who may be in them. */
export interface RightsWatch {
  /** Looks again at one connection. */
  confirm(connection: Connection): Promise<void>;
  /** Looks again at those whom a change concerns. */
  onChange(change: RightsChange): Promise<void>;
}

/**
 * Takes sockets out of the rooms that their people may no longer see. Called for each change; where the rights cannot
 * be read, the socket is closed rather than trusted.
 */
export function createRightsWatch(options: RightsWatchOptions): RightsWatch {
  async function apply(connection: Connection): Promise<void> {
    const { session } = connection.identified();
    const principal = await options.read(session);
    if ('code' in principal) {
      for (const topic of [...connection.topics().keys()]) connection.revoke(topic, 'session');
      connection.close();
      return;
    }
    // The same rights again are no news, and must not cost a reading for each of a thousand who come at once.
    if (isDeepStrictEqual(principal, connection.identified().principal)) return;
    connection.update(principal);
    for (const [topic, view] of [...connection.topics()]) {
      const path = await options.pathOf({ org: principal.org, topic });
      const now = path && viewOf(topic, principal.grants, path);
      if (now === undefined) connection.revoke(topic, 'right');
      else if (now !== view) connection.revoke(topic, 'view');
    }
  }

  const applyOrClose = (connection: Connection): Promise<void> =>
    apply(connection).catch((error: unknown) => {
      options.onFault(error);
      connection.close();
    });

  return {
    confirm: applyOrClose,
    async onChange({ principal, session }) {
      const touched = [...options.connections()].filter((connection) => {
        const known = connection.identified();
        return known.principal.id === principal && (session === undefined || known.session === session);
      });
      await Promise.all(touched.map(applyOrClose));
    },
  };
}
