import { hash, verify } from '@node-rs/argon2';
import { type Refusal, refuse } from '#domain/errors.ts';

/** Hashes passwords and compares them, a bounded number at once. */
export interface Passwords {
  /** The argon2id hash of a password; `unavailable` where too many wait. */
  hash(password: string): Promise<string | Refusal>;
  /**
   * Whether the password is the one that was hashed; `unavailable` where too many wait. Without a hash it is wrong,
   * after as much work as with one: the time does not tell whether there is such an account.
   */
  verify(password: string, passwordHash: string | undefined): Promise<boolean | Refusal>;
}

export interface PasswordsOptions {
  /** Each takes 19 MiB and a core. */
  readonly atOnce?: number;
  readonly mostWaiting?: number;
}

/** OWASP's first choice for argon2id, which is this library's default algorithm. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Of 32 random bytes that nobody has kept, with the same cost as all others. */
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$u9W1NCBNftgSdKlVAs0fgw$ZBWGqt3sfME+J9ay+zLNthqR6duoYMHD6EEsurZKlxM';

export function createPasswords({ atOnce = 2, mostWaiting = 64 }: PasswordsOptions = {}): Passwords {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T | Refusal> {
    if (running < atOnce) running += 1;
    else if (waiting.length >= mostWaiting)
      return refuse('unavailable', 'too many are signing in; try again');
    // The one that ends hands its place over, so `running` stays as it is.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return {
    hash: (password) => inTurn(() => hash(typed(password), cost)),
    verify: (password, passwordHash) =>
      inTurn(async () => {
        const right = await verify(passwordHash ?? nobodysHash, typed(password));
        return right && passwordHash !== undefined;
      }),
  };
}

/** One spelling for what keyboards compose differently: é is one character on some and two on others. */
function typed(password: string): string {
  return password.normalize('NFKC');
}
