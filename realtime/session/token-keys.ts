import { importJWK } from 'jose';
import type { Database } from '#db/connect.ts';
import type { KeyRing } from '#db/key-ring.ts';
import { newestSigningKey, type PublicJwk, publishedKeys } from '#db/signing-keys.ts';

type Key = Awaited<ReturnType<typeof importJWK>>;

/** The keys of access tokens as this node has them in memory. */
export interface TokenKeys {
  signing(): Promise<{ readonly id: string; readonly key: Key }>;
  /** The key that a token names; undefined where there is none, also after looking again. */
  verifying(id: string): Promise<Key | undefined>;
  published(): Promise<readonly { readonly id: string; readonly publicJwk: PublicJwk }[]>;
}

interface Keys {
  readonly signing: { readonly id: string; readonly key: Key };
  readonly verifying: ReadonlyMap<string, Key>;
  readonly published: readonly { readonly id: string; readonly publicJwk: PublicJwk }[];
}

/** Anybody can name keys that do not exist: the database is asked about them this often at most. */
const askAgainMs = 1_000;
/** Another node may have made a newer key, or somebody taken one away. */
const oldAfterMs = 5_000;
/** A key that signed this long ago may be retired by now: it is asked about before it signs again. */
const unsureAfterMs = 30_000;

/** Reads the keys when they are first needed, and again when a token names one that is not known, or they are old. */
export function createTokenKeys(options: {
  readonly sql: Database;
  readonly ring: KeyRing;
  readonly clock: () => number;
}): TokenKeys {
  const { sql, ring, clock } = options;
  let keys: Keys | undefined;
  let reading: Promise<Keys> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function read(): Promise<Keys> {
    const newest = await newestSigningKey(sql, ring);
    const published = await publishedKeys(sql);
    const verifying = new Map<string, Key>();
    for (const { id, publicJwk } of published) verifying.set(id, await importJWK(publicJwk, 'EdDSA'));
    const signing = { id: newest.id, key: await importJWK(newest.privateJwk, 'EdDSA') };
    keys = { signing, verifying, published };
    return keys;
  }

  function reload(): Promise<Keys> {
    if (reading === undefined) {
      askedAt = clock();
      reading = read().finally(() => {
        reading = undefined;
      });
    }
    return reading;
  }

  function known(): Promise<Keys> {
    if (keys === undefined) return reload();
    // Not waited for: while the database is away, the keys that are known go on serving.
    if (age() > oldAfterMs) reload().catch(() => undefined);
    return Promise.resolve(keys);
  }

  /** A clock that was put back must not stop the asking until it has caught up. */
  function age(): number {
    return Math.abs(clock() - askedAt);
  }

  return {
    async signing() {
      // A node that was idle for hours would sign with a key that nobody publishes any more.
      if (keys !== undefined && age() > unsureAfterMs) await reload().catch(() => undefined);
      return (await known()).signing;
    },
    published: async () => (await known()).published,
    async verifying(id) {
      const key = (await known()).verifying.get(id);
      if (key !== undefined || (reading === undefined && age() < askAgainMs)) return key;
      return (await reload()).verifying.get(id);
    },
  };
}
