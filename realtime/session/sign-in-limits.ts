import {
  type AttemptKey,
  type AttemptPolicy,
  type Blocked,
  beginAttempt,
  settleAttempt,
} from '#db/attempts.ts';
import type { Database } from '#db/connect.ts';
import type { KeyRing } from '#db/key-ring.ts';
import { addressBlock } from '#domain/address-block.ts';

/** One attempt to sign in. It counts as failed until one of these says how it ended. */
export interface Attempt {
  succeeded(): Promise<void>;
  /** It was never decided: the fault was ours. */
  withdrawn(): Promise<void>;
}

/** Who tries to prove what, and from where. */
export interface AttemptBy {
  /** By what they say they are; undefined where a passkey will say it. */
  readonly account: string | undefined;
  readonly address: string;
  /** The browser, where the account has signed in with it before. */
  readonly knownDevice: string | undefined;
  readonly proof: 'password' | 'second factor' | 'passkey';
}

/** Limits attempts to sign in, on all nodes together. */
export interface SignInLimits {
  begin(by: AttemptBy): Promise<Attempt | Blocked>;
}

const second = 1_000;
const minute = 60 * second;

const policies = {
  pair: { free: 5, firstWaitMs: second, longestWaitMs: 15 * minute, forgetMs: 10 * minute },
  // A whole hospital may stand behind one address.
  address: { free: 50, firstWaitMs: second, longestWaitMs: minute, forgetMs: 10 * second },
  // Short waits: whoever guesses from many addresses is slowed down, and the owner is never shut out for long.
  account: { free: 20, firstWaitMs: second, longestWaitMs: 15 * second, forgetMs: 30 * second },
  // Of a million codes three are right at a time, and who tries them has the password: this is the last wall.
  code: { free: 5, firstWaitMs: second, longestWaitMs: 15 * minute, forgetMs: 10 * minute },
} as const satisfies Record<string, AttemptPolicy>;

/**
 * Counts by account and address together, more loosely by each alone; and for a browser in which the account has signed in
 * before, by that browser and nothing else: neither a stranger elsewhere nor a colleague at the same address can shut its
 * owner out. Buckets are known by keyed fingerprints: the table tells nobody who tried what.
 */
export function createSignInLimits(options: {
  readonly sql: Database;
  readonly ring: KeyRing;
  /** The database's, where it is left out. */
  readonly clock?: () => number;
}): SignInLimits {
  const { sql, ring, clock } = options;

  function bucket(policy: keyof typeof policies, ...of: string[]): AttemptKey {
    return { key: ring.fingerprint(JSON.stringify(['attempt', policy, ...of])), ...policies[policy] };
  }

  function bucketsOf({ account = '', address, knownDevice, proof }: AttemptBy) {
    const policy = proof === 'second factor' ? 'code' : 'pair';
    if (knownDevice !== undefined)
      return { own: [bucket(policy, proof, account, 'device', knownDevice)], wider: [] };
    const block = addressBlock(address);
    const perAddress = bucket('address', block);
    if (proof === 'passkey') return { own: [], wider: [perAddress] };
    if (proof === 'second factor') return { own: [bucket(policy, account)], wider: [perAddress] };
    return { own: [bucket(policy, account, block)], wider: [perAddress, bucket('account', account)] };
  }

  return {
    async begin(by) {
      const { own, wider } = bucketsOf(by);
      const blocked = await beginAttempt(sql, [...own, ...wider], clock?.());
      if (blocked !== undefined) return blocked;
      return {
        succeeded: () => settleAttempt(sql, { cleared: own, refunded: wider }, clock?.()),
        withdrawn: () => settleAttempt(sql, { cleared: [], refunded: [...own, ...wider] }, clock?.()),
      };
    },
  };
}
