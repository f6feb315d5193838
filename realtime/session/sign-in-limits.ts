import { addressBlock } from './address-block.ts';
import { type Blocked, createAttemptLimiter } from './attempt-limiter.ts';

/** One attempt to sign in. It counts as failed until one of these says how it ended. */
export interface Attempt {
  succeeded(): void;
  /** It was never decided: the fault was ours. */
  withdrawn(): void;
}

/** Limits attempts to sign in, by account and address together, and more loosely by each alone. */
export interface SignInLimits {
  begin(account: string, address: string): Attempt | Blocked;
}

const second = 1_000;
const minute = 60 * second;

const policies = {
  pair: { free: 5, firstWaitMs: second, longestWaitMs: 15 * minute, forgetMs: 10 * minute },
  // A whole hospital may stand behind one address.
  address: { free: 50, firstWaitMs: second, longestWaitMs: minute, forgetMs: 10 * second },
  // Short waits: whoever guesses from many addresses is slowed down, and the owner is never shut out for long.
  account: { free: 20, firstWaitMs: second, longestWaitMs: 15 * second, forgetMs: 30 * second },
} as const;

/**
 * Limits in the memory of this node. Where somebody has signed in to an account before, only what is tried on that
 * account from that address counts: neither a stranger elsewhere nor a colleague beside them can shut them out.
 */
export function createSignInLimits(options: {
  readonly clock: () => number;
  readonly most?: number;
}): SignInLimits {
  const limits = { most: options.most ?? 20_000, clock: options.clock };
  const pairs = createAttemptLimiter(policies.pair, limits);
  const addresses = createAttemptLimiter(policies.address, limits);
  const accounts = createAttemptLimiter(policies.account, limits);
  const familiar = new Set<string>();

  function remember(pair: string): void {
    familiar.delete(pair);
    familiar.add(pair);
    if (familiar.size <= limits.most) return;
    const oldest = familiar.values().next();
    if (!oldest.done) familiar.delete(oldest.value);
  }

  return {
    begin(account, clientAddress) {
      const address = addressBlock(clientAddress);
      const pair = `${address} ${account}`;
      const wider = familiar.has(pair)
        ? []
        : [
            { limiter: addresses, key: address },
            { limiter: accounts, key: account },
          ];
      const counted = [{ limiter: pairs, key: pair }, ...wider];
      // All are asked before any is charged: what one turns away must not fill another.
      for (const { limiter, key } of counted) {
        const blocked = limiter.blocked(key);
        if (blocked !== undefined) return blocked;
      }
      for (const { limiter, key } of counted) limiter.charge(key);
      return {
        succeeded() {
          pairs.clear(pair);
          for (const { limiter, key } of wider) limiter.refund(key);
          remember(pair);
        },
        withdrawn() {
          for (const { limiter, key } of counted) limiter.refund(key);
        },
      };
    },
  };
}
