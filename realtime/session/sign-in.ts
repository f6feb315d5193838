import { type Account, accountByEmail, accountById, type Credentials } from '#db/accounts.ts';
import type { Blocked } from '#db/attempts.ts';
import type { AuditedClient } from '#db/audit.ts';
import { attemptChallenge, beginChallenge, spendChallenge } from '#db/challenges.ts';
import type { Database } from '#db/connect.ts';
import type { LetterLanguage } from '#db/jobs/post-queue.ts';
import { knowsDevice, rememberDevice } from '#db/known-devices.ts';
import { hashOfSecret, newSecret } from '#db/secrets.ts';
import {
  auditRefusedSignIn,
  createSession,
  endSession,
  type NewSession,
  rotateRefreshToken,
  type Strength,
} from '#db/sessions.ts';
import { addressBlock } from '#domain/address-block.ts';
import { type Refusal, refuse } from '#domain/errors.ts';
import { idleMinutesOf } from '#domain/identity/idle.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Passwords } from './passwords.ts';
import { judgedBySchema, type Method, type Proof, type Proofs } from './proofs.ts';
import { newRefreshToken } from './refresh-token.ts';
import type { Assertion, PublicKeyOptions } from './relying-party.ts';
import type { AttemptBy, SignInLimits } from './sign-in-limits.ts';

/** From where somebody signs in. */
export interface SignInClient {
  readonly address: string;
  readonly userAgent: string | undefined;
  /** The secret that the browser was given at an earlier sign-in, whoever's it was. */
  readonly device: string | undefined;
  /** What the browser says that somebody reads. */
  readonly language: LetterLanguage;
}

/** What whoever has signed in, or refreshed, is given. */
export interface SignedIn {
  readonly accessToken: string;
  /** In seconds. */
  readonly expiresIn: number;
  readonly user: Account;
  readonly refreshToken: string;
  /** In milliseconds since 1970. */
  readonly sessionExpiresAt: number;
  /** The session ends when nobody has used it for so long; undefined: it does not. */
  readonly idleMinutes: number | undefined;
  /** A secret for the browser to keep, by which the account's owner is known again; not renewed at a refresh. */
  readonly device: string | undefined;
}

/** The password was right, and more is needed. */
export interface SecondFactorAsked {
  readonly challenge: string;
  readonly methods: readonly Method[];
  readonly publicKey: PublicKeyOptions | undefined;
}

export interface SignInRefusal extends Refusal {
  /** With `rate_limited`: when it may be tried again. */
  readonly retryAfterSeconds?: number;
}

/** By what somebody has proved who they are, and whether their account has anything stronger. */
export interface Proved {
  readonly strength: Strength;
  readonly steppedUp: boolean;
}

/** The way in and out for people. Raises only for faults of ours or of the database. */
export interface SignIn {
  signIn(
    email: string,
    password: string,
    client: SignInClient,
  ): Promise<SignedIn | SecondFactorAsked | SignInRefusal>;
  /** What is left of a sign-in after the password. */
  secondFactor(challenge: string, proof: Proof, client: SignInClient): Promise<SignedIn | SignInRefusal>;
  /** Begins a sign-in without a password. */
  askForPasskey(): Promise<{ readonly challenge: string; readonly publicKey: PublicKeyOptions }>;
  passkey(challenge: string, assertion: Assertion, client: SignInClient): Promise<SignedIn | SignInRefusal>;
  /** Begins a session for somebody who has proved who they are in a way that the caller has judged. */
  begin(account: string, proved: Proved, client: SignInClient): Promise<SignedIn | Refusal>;
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
  readonly proofs: Proofs;
}

/** The same for an unknown account as for a wrong password. */
const wrong = refuse('unauthenticated', 'the email or the password is not right');
/** The same for a wrong proof as for a challenge that is used up, too old, or of nobody. */
const unproved = refuse('unauthenticated', 'that does not prove who you are');

export function createSignIn({ sql, passwords, accessTokens, limits, proofs }: SignInOptions): SignIn {
  async function turnAway(
    account: Credentials | undefined,
    { waitMs, first }: Blocked,
    client: SignInClient,
  ): Promise<SignInRefusal> {
    // The first of a run is audited and no other: a flood of attempts must not become a flood of rows.
    if (first) await auditRefusedSignIn(sql, account, 'rate_limited', { client: audited(client) });
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    const message = `too many attempts; try again in ${retryAfterSeconds} s`;
    return { ...refuse('rate_limited', message), retryAfterSeconds };
  }

  /** Makes an attempt that counts as failed unless the work gives something else than a refusal. */
  async function attempted<Result extends object>(
    by: Omit<AttemptBy, 'address' | 'knownDevice'>,
    account: Credentials | undefined,
    client: SignInClient,
    work: () => Promise<Result | Refusal>,
  ): Promise<Result | SignInRefusal> {
    const known = await knowsDevice(sql, account?.id, client.device ?? '');
    const knownDevice = known ? client.device : undefined;
    const attempt = await limits.begin({ ...by, address: client.address, knownDevice });
    if ('waitMs' in attempt) return turnAway(account, attempt, client);
    const outcome = await work().catch(async (error: unknown) => {
      await attempt.withdrawn().catch(() => undefined);
      throw error;
    });
    if (!('code' in outcome)) await attempt.succeeded();
    else {
      if (outcome.code === 'unavailable') await attempt.withdrawn();
      const factor = by.proof === 'password' ? {} : { factor: by.proof };
      await auditRefusedSignIn(sql, account, outcome.code, { ...factor, client: audited(client) });
    }
    return outcome;
  }

  async function begin(account: string, proved: Proved, client: SignInClient): Promise<SignedIn | Refusal> {
    const user = await accountById(sql, account);
    const { token, hash } = newRefreshToken();
    const idleMinutes = user && idleMinutesOf(user.grants);
    const session =
      user && (await createSession(sql, account, hash, { ...proved, idleMinutes, client: audited(client) }));
    if (user === undefined || session === undefined) return wrong;
    const device = client.device ?? newSecret().secret;
    await rememberDevice(sql, { org: user.org, account }, device);
    return signedIn(session, user, token, device);
  }

  async function signedIn(
    session: NewSession,
    user: Account,
    refreshToken: string,
    device: string | undefined,
  ): Promise<SignedIn> {
    const issued = await accessTokens.issue({ session: session.id, principal: user.id });
    const { token: accessToken, expiresIn } = issued;
    const { expiresAt: sessionExpiresAt, idleMinutes } = session;
    return { accessToken, expiresIn, user, refreshToken, sessionExpiresAt, idleMinutes, device };
  }

  async function byPassword(
    account: Credentials | undefined,
    password: string,
  ): Promise<Credentials | Refusal> {
    const usable = account?.disabled === false ? account : undefined;
    const right = await passwords.verify(password, usable?.passwordHash);
    if (typeof right !== 'boolean') return right;
    return right && usable !== undefined ? usable : wrong;
  }

  return {
    async signIn(typedEmail, password, client) {
      const email = typedEmail.trim().toLowerCase();
      const account = await accountByEmail(sql, email);
      const outcome = await attempted({ account: email, proof: 'password' }, account, client, () =>
        byPassword(account, password),
      );
      if ('code' in outcome) return outcome;
      const { methods, publicKey, judgedBy } = await proofs.ask(outcome.id, { verified: false });
      if (methods.length === 0) return begin(outcome.id, { strength: 'password', steppedUp: true }, client);
      const owner = { org: outcome.org, account: outcome.id };
      return { challenge: await beginChallenge(sql, 'second-factor', judgedBy, owner), methods, publicKey };
    },

    async secondFactor(secret, proof, client) {
      const challenge = await attemptChallenge(sql, 'second-factor', secret);
      const account = challenge?.account;
      const user = account === undefined ? undefined : await accountById(sql, account);
      if (challenge === undefined || user === undefined) return unproved;
      const credentials = await accountByEmail(sql, user.email);
      const outcome = await attempted(
        { account: user.id, proof: 'second factor' },
        credentials,
        client,
        async () => {
          const right = await proofs.isRight(user.id, proof, judgedBySchema.parse(challenge.data));
          return right && (await spendChallenge(sql, challenge)) ? user : unproved;
        },
      );
      return 'code' in outcome
        ? outcome
        : begin(user.id, { strength: 'two-factor', steppedUp: true }, client);
    },

    async askForPasskey() {
      const publicKey = await proofs.askForAnyPasskey();
      const judgedBy = { publicKey: publicKey.challenge, verified: true };
      return { challenge: await beginChallenge(sql, 'passkey-sign-in', judgedBy), publicKey };
    },

    async passkey(secret, assertion, client) {
      const outcome = await attempted(
        { account: undefined, proof: 'passkey' },
        undefined,
        client,
        async () => {
          const challenge = await attemptChallenge(sql, 'passkey-sign-in', secret);
          const { publicKey } = judgedBySchema.parse(challenge?.data ?? { verified: true });
          const by = publicKey === undefined ? undefined : await proofs.whose(assertion, publicKey);
          return by && challenge && (await spendChallenge(sql, challenge)) ? by : unproved;
        },
      );
      if ('code' in outcome) return outcome;
      return begin(outcome.account, { strength: 'passkey', steppedUp: true }, client);
    },

    begin,

    async refresh(refreshToken) {
      const next = newRefreshToken();
      const rotation = await rotateRefreshToken(sql, hashOfSecret(refreshToken), next.hash);
      if (rotation.outcome !== 'rotated') return refuse('unauthenticated', 'the session has ended; sign in');
      return signedIn(rotation.session, rotation.account, next.token, undefined);
    },

    async signOut(by) {
      await endSession(sql, 'session' in by ? by : { refreshHash: hashOfSecret(by.refreshToken) });
    },
  };
}

/** What the audit and the owner are shown of a client: an IPv6 address without the half that is the device's. */
export function audited({ address, userAgent }: Pick<SignInClient, 'address' | 'userAgent'>): AuditedClient {
  return { address: addressBlock(address), userAgent: userAgent?.slice(0, 300) };
}
