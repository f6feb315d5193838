import { accountByEmail, accountById } from '#db/accounts.ts';
import { insertAudit } from '#db/audit.ts';
import { attemptChallenge, beginChallenge, spendChallenge } from '#db/challenges.ts';
import type { Database } from '#db/connect.ts';
import { knowsDevice } from '#db/known-devices.ts';
import { isSteppedUp, markSteppedUp } from '#db/session-list.ts';
import { type Refusal, refuse } from '#domain/errors.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { sourceOf } from '#domain/source.ts';
import type { Passwords } from './passwords.ts';
import { judgedBySchema, type Method, type Proof, type Proofs } from './proofs.ts';
import type { PublicKeyOptions } from './relying-party.ts';
import { audited, type SignInClient, type SignInRefusal } from './sign-in.ts';
import type { SignInLimits } from './sign-in-limits.ts';

/** Somebody who is signed in, in one session. */
export interface Person {
  readonly principal: Principal;
  readonly session: string;
}

/** Proves again, as strongly as the account can, that whoever is signed in is still there. */
export interface StepUp {
  ask(person: Person): Promise<{
    readonly challenge: string;
    readonly methods: readonly (Method | 'password')[];
    readonly publicKey?: PublicKeyOptions;
  }>;
  prove(
    person: Person,
    challenge: string,
    proof: Proof | { readonly method: 'password'; readonly password: string },
    client: SignInClient,
  ): Promise<{ readonly proved: true } | SignInRefusal>;
  /** `step_up` unless that was done within ten minutes. */
  needed(person: Person): Promise<Refusal | undefined>;
}

const unproved = refuse('unauthenticated', 'that does not prove who you are');

export function createStepUp(options: {
  readonly sql: Database;
  readonly passwords: Passwords;
  readonly limits: SignInLimits;
  readonly proofs: Proofs;
}): StepUp {
  const { sql, passwords, limits, proofs } = options;

  async function isRight(
    { principal }: Person,
    proof: Proof | { method: 'password'; password: string },
    data: unknown,
  ): Promise<boolean | Refusal> {
    if (proof.method !== 'password') return proofs.isRight(principal.id, proof, judgedBySchema.parse(data));
    // A password is not enough for an account that has more, however the question was put when it was asked.
    const { methods } = await proofs.ask(principal.id, { verified: true });
    if (methods.length > 0) return false;
    const account = await accountById(sql, principal.id);
    const credentials = account && (await accountByEmail(sql, account.email));
    return passwords.verify(proof.password, credentials?.passwordHash);
  }

  return {
    async ask({ principal, session }) {
      const { methods, publicKey, judgedBy } = await proofs.ask(principal.id, { verified: true });
      const owner = { org: principal.org, account: principal.id, session };
      return {
        challenge: await beginChallenge(sql, 'step-up', judgedBy, owner),
        methods: methods.length === 0 ? ['password'] : methods,
        ...(publicKey === undefined ? {} : { publicKey }),
      };
    },

    async prove(person, secret, proof, client) {
      const { principal, session } = person;
      const known = await knowsDevice(sql, principal.id, client.device ?? '');
      const attempt = await limits.begin({
        account: principal.id,
        address: client.address,
        knownDevice: known ? client.device : undefined,
        proof: 'second factor',
      });
      if ('waitMs' in attempt) {
        const retryAfterSeconds = Math.ceil(attempt.waitMs / 1000);
        return {
          ...refuse('rate_limited', `too many attempts; try again in ${retryAfterSeconds} s`),
          retryAfterSeconds,
        };
      }
      const owner = { account: principal.id, session };
      const challenge = await attemptChallenge(sql, 'step-up', secret, owner);
      const right = challenge === undefined ? false : await isRight(person, proof, challenge.data);
      if (typeof right !== 'boolean') {
        await attempt.withdrawn();
        return right;
      }
      const proved = right && challenge !== undefined && (await spendChallenge(sql, challenge));
      if (proved) {
        await attempt.succeeded();
        await markSteppedUp(sql, session);
      }
      await insertAudit(sql, {
        org: principal.org,
        principal: sourceOf(principal),
        session,
        action: 'session.step-up',
        outcome: proved ? 'ok' : 'unauthenticated',
        details: { method: proof.method },
        client: audited(client),
      });
      return proved ? { proved: true } : unproved;
    },

    async needed({ session }) {
      return (await isSteppedUp(sql, session)) ? undefined : refuse('step_up', 'prove again that it is you');
    },
  };
}
