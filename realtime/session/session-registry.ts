import type { Database } from '#db/connect.ts';
import type { LiveSession } from '#db/sessions.ts';
import { type Refusal, refuse } from '#domain/errors.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { AccessTokens } from './access-tokens.ts';
import { createApiKeys, isApiKey } from './api-keys.ts';
import { createRightEndings } from './right-endings.ts';
import { createRightsPoll } from './rights-poll.ts';
import { createSessionCache } from './session-cache.ts';
import { createSessionReader } from './session-reader.ts';

/** The rights of a principal, or one of its sessions, have changed. */
export interface RightsChange {
  readonly principal: string;
  /** Undefined: all the principal's sessions. */
  readonly session?: string;
}

/** Hears of a change before this node counts as fresh again; it is waited for. */
export type RightsListener = (change: RightsChange) => void | Promise<void>;

/** What this node knows of sessions and rights, never older than a second. */
export interface SessionRegistry {
  /** Begins to read the rights log. */
  start(): void;
  /** Reads the rights log now: another node says that it has grown. */
  look(): void;
  stop(): Promise<void>;
  /** Who holds a token, with the rights of now; `unauthenticated`, or `unavailable` where that cannot be known. */
  authenticate(
    token: string,
  ): Promise<{ session: string; principal: Principal; expiresAt: number } | Refusal>;
  /** The principal of a session, with the rights of now. */
  read(session: string): Promise<Principal | Refusal>;
  /** Gives a function that takes the listener away. */
  onChange(listener: RightsListener): () => void;
  /** When the rights log was last read, in milliseconds since 1970; 0 before the first time. */
  freshAt(): number;
  /** Whether the rights log has been read within the last second and its changes are applied. */
  isFresh(): boolean;
  /** Resolves once that is so. */
  fresh(): Promise<void>;
  /** The same, for those who cannot wait for ever: false after so many milliseconds. */
  freshWithin(ms: number): Promise<boolean>;
  /** Reads the rights log now, and resolves once what stood in it is applied; false where that takes longer. */
  latestWithin(ms: number): Promise<boolean>;
}

export interface SessionRegistryOptions {
  readonly sqlIdentity: Database;
  readonly sqlRelay: Database;
  readonly accessTokens: AccessTokens;
  readonly clock: () => number;
  readonly pollMs?: number;
  readonly mostCached?: number;
  readonly onFault?: (error: unknown) => void;
}

const unavailable = refuse('unavailable', 'rights cannot be read now; try again');
const ended = refuse('unauthenticated', 'the session has ended; sign in');

export function createSessionRegistry(options: SessionRegistryOptions): SessionRegistry {
  const { sqlIdentity, sqlRelay, accessTokens, clock, pollMs = 200, mostCached = 20_000 } = options;
  const onFault = options.onFault ?? (() => undefined);
  const listeners = new Set<RightsListener>();

  const keys = createApiKeys({ sql: sqlIdentity });
  const poll = createRightsPoll({
    sql: sqlRelay,
    everyMs: pollMs,
    clock,
    onFault,
    async onEntries(entries) {
      for (const { principal, session } of entries) cache.drop({ principal, session });
      await tell(
        entries.map(({ principal, session }) =>
          session === undefined ? { principal } : { principal, session },
        ),
      );
    },
    async onBreak() {
      await tell(cache.dropAll().map((principal) => ({ principal })));
    },
  });
  const endings = createRightEndings({
    async onEnd(session, principal) {
      cache.drop({ principal, session });
      await tell([{ principal, session }]);
    },
  });
  const cache = createSessionCache({
    read: createSessionReader(sqlIdentity),
    isFresh: poll.isFresh,
    most: mostCached,
    clock,
    onRightEnds: endings.expect,
  });

  async function tell(changes: readonly RightsChange[]): Promise<void> {
    const told = changes.flatMap((change) => [...listeners].map(async (listener) => listener(change)));
    for (const outcome of await Promise.allSettled(told)) {
      if (outcome.status === 'rejected') onFault(outcome.reason);
    }
  }

  async function live(session: string): Promise<LiveSession | Refusal> {
    let found: LiveSession | undefined;
    try {
      found = await cache.get(session);
      if (found !== undefined && found.expiresAt <= clock()) {
        // A wall's session lasts on from each refresh, which is no change of rights: nobody was told.
        cache.drop({ principal: found.principal.id, session });
        found = await cache.get(session);
      }
    } catch (error) {
      onFault(error);
      return unavailable;
    }
    return found === undefined || found.expiresAt <= clock() ? ended : found;
  }

  /** A key lives as long as its session does: there is nothing to renew. */
  async function byKey(token: string): ReturnType<SessionRegistry['authenticate']> {
    try {
      const session = await keys.session(token);
      if (session === undefined) return ended;
      const found = await live(session);
      return 'code' in found ? found : { session, principal: found.principal, expiresAt: found.expiresAt };
    } catch (error) {
      onFault(error);
      return unavailable;
    }
  }

  return {
    start: poll.start,
    look: poll.look,
    async stop() {
      endings.stop();
      await poll.stop();
    },
    freshAt: poll.freshAt,
    isFresh: poll.isFresh,
    fresh: poll.fresh,
    freshWithin: async (ms) => poll.isFresh() || within(ms, poll.fresh()),
    latestWithin: (ms) => within(ms, poll.latest()),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async authenticate(token) {
      if (isApiKey(token)) return byKey(token);
      const claims = await accessTokens.verify(token).catch((error: unknown) => {
        onFault(error);
        return unavailable;
      });
      if ('code' in claims) return claims;
      const found = await live(claims.session);
      if ('code' in found) return found;
      const { principal } = found;
      if (principal.id !== claims.principal) return ended;
      return { session: claims.session, principal, expiresAt: claims.expiresAt };
    },
    async read(session) {
      const found = await live(session);
      return 'code' in found ? found : found.principal;
    },
  };
}

/** Whether something is done within so many milliseconds. */
async function within(ms: number, done: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const inTime = done.then(
    () => true,
    () => false,
  );
  return Promise.race([inTime, late]).finally(() => clearTimeout(timer));
}
