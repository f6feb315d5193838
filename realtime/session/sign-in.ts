import { type Account, accountByEmail, accountById, type Credentials } from '#db/accounts.ts';
import type { Database } from '#db/connect.ts';
import {
  auditRefusedSignIn,
  createSession,
  endSession,
  type NewSession,
  rotateRefreshToken,
} from '#db/sessions.ts';
import { type Refusal, refuse } from '#domain/errors.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Blocked } from './attempt-limiter.ts';
import type { Passwords } from './passwords.ts';
import { hashOfRefreshToken, newRefreshToken } from './refresh-token.ts';
import type { SignInLimits } from './sign-in-limits.ts';

/** What whoever has signed in, or refreshed, is given. */
export interface SignedIn {
  readonly accessToken: string;
  /** In seconds. */
  readonly expiresIn: number;
  readonly user: Account;
  readonly refreshToken: string;
  /** In milliseconds since 1970. */
  readonly sessionExpiresAt: number;
}

export interface SignInRefusal extends Refusal {
  /** With `rate_limited`: when it may be tried again. */
  readonly retryAfterSeconds?: number;
}

/** The way in and out for people with a password. Raises only for faults of ours or of the database. */
export interface SignIn {
  signIn(email: string, password: string, address: string): Promise<SignedIn | SignInRefusal>;
  /** Puts a new refresh token in the place of this one. A token that comes twice ends its session. */
  refresh(refreshToken: string): Promise<SignedIn | Refusal>;
  /** Ends the session; nothing happens where it has ended or never was. */
  signOut(by: { readonly refreshToken: string } | { readonly session: string }): Promise<void>;
}

export interface SignInOptions {
  readonly sql: Database;
  readonly passwords: Passwords;
  readonly accessTokens: AccessTokens;
  readonly limits: SignInLimits;
}

interface Begun {
  readonly session: NewSession;
  readonly refreshToken: string;
  readonly user: Account;
}

/** The same for an unknown account as for a wrong password. */
const wrong = refuse('unauthenticated', 'the email or the password is not right');

export function createSignIn({ sql, passwords, accessTokens, limits }: SignInOptions): SignIn {
  async function turnAway(email: string, { waitMs, first }: Blocked): Promise<SignInRefusal> {
    // The first of a run is audited and no other: a flood of attempts must not become a flood of rows.
    if (first) await auditRefusedSignIn(sql, await accountByEmail(sql, email), 'rate_limited');
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    const message = `too many attempts; try again in ${retryAfterSeconds} s`;
    return { ...refuse('rate_limited', message), retryAfterSeconds };
  }

  async function judged(
    email: string,
    password: string,
  ): Promise<{ account: Credentials | undefined; outcome: Begun | Refusal }> {
    const account = await accountByEmail(sql, email);
    const usable = account?.disabled === false ? account : undefined;
    const right = await passwords.verify(password, usable?.passwordHash);
    if (typeof right !== 'boolean') return { account, outcome: right };
    return { account, outcome: (right && usable !== undefined && (await begun(usable.id))) || wrong };
  }

  async function begun(account: string): Promise<Begun | undefined> {
    const { token, hash } = newRefreshToken();
    const session = await createSession(sql, account, hash);
    const user = session && (await accountById(sql, account));
    return session && user && { session, refreshToken: token, user };
  }

  async function signedIn(session: NewSession, user: Account, refreshToken: string): Promise<SignedIn> {
    const issued = await accessTokens.issue({ session: session.id, principal: user.id });
    const { token: accessToken, expiresIn } = issued;
    return { accessToken, expiresIn, user, refreshToken, sessionExpiresAt: session.expiresAt };
  }

  return {
    async signIn(typedEmail, password, address) {
      const email = typedEmail.trim().toLowerCase();
      const attempt = limits.begin(email, address);
      if ('waitMs' in attempt) return turnAway(email, attempt);
      const { account, outcome } = await judged(email, password).catch((error: unknown) => {
        attempt.withdrawn();
        throw error;
      });
      if ('code' in outcome) {
        if (outcome.code === 'unavailable') attempt.withdrawn();
        await auditRefusedSignIn(sql, account, outcome.code);
        return outcome;
      }
      attempt.succeeded();
      return signedIn(outcome.session, outcome.user, outcome.refreshToken);
    },

    async refresh(refreshToken) {
      const next = newRefreshToken();
      const rotation = await rotateRefreshToken(sql, hashOfRefreshToken(refreshToken), next.hash);
      if (rotation.outcome !== 'rotated') return refuse('unauthenticated', 'the session has ended; sign in');
      return signedIn(rotation.session, rotation.account, next.token);
    },

    async signOut(by) {
      await endSession(sql, 'session' in by ? by : { refreshHash: hashOfRefreshToken(by.refreshToken) });
    },
  };
}
