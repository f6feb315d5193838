import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { accountById } from '#db/accounts.ts';
import { replaceBackupCodes } from '#db/backup-codes.ts';
import { attemptChallenge, beginChallenge, spendChallenge } from '#db/challenges.ts';
import type { Database, Queries } from '#db/connect.ts';
import {
  changingFactors,
  type FactorActor,
  type FactorChange,
  factorsOf,
  recordFactorChange,
  removeAllFactors,
  removeFactor,
} from '#db/factors.ts';
import type { LetterLanguage } from '#db/jobs/post-queue.ts';
import type { KeyRing } from '#db/key-ring.ts';
import { addPasskey, passkeysOf } from '#db/passkeys.ts';
import { endSessionsOf } from '#db/session-list.ts';
import { addTotpFactor, openTotpSecret, sealTotpSecret } from '#db/totp-factors.ts';
import { type Refusal, refuse } from '#domain/errors.ts';
import { sourceOf } from '#domain/source.ts';
import { newBackupCode, newTotpSecret, stepOfCode, totpEnrolment } from './one-time-code.ts';
import { fingerprintOfCode } from './proofs.ts';
import type { Attestation, PublicKeyOptions, RelyingParty } from './relying-party.ts';
import { noName } from './session-routes.ts';
import { audited, type SignInClient } from './sign-in.ts';
import type { Person } from './step-up.ts';

/** Backup codes, where there were none before: shown once. */
export interface Added {
  readonly id: string;
  readonly backupCodes?: readonly string[];
}

/** Adds and takes away the factors of whoever is signed in, and resets those of others. The caller has asked for a step-up. */
export interface Enrolment {
  beginTotp(person: Person): Promise<{ challenge: string; key: string; uri: string } | Refusal>;
  /** Keeps the secret once a code of it shows that the authenticator has it. */
  addTotp(
    person: Person,
    enrolled: { challenge: string; code: string; name: string },
    client: SignInClient,
  ): Promise<Added | Refusal>;
  beginPasskey(person: Person): Promise<{ challenge: string; publicKey: PublicKeyOptions } | Refusal>;
  addPasskey(
    person: Person,
    enrolled: { challenge: string; response: Attestation; name: string },
    client: SignInClient,
  ): Promise<Added | Refusal>;
  remove(
    person: Person,
    factor: { kind: 'totp' | 'passkey'; id: string },
    client: SignInClient,
  ): Promise<Refusal | undefined>;
  makeBackupCodes(
    person: Person,
    client: SignInClient,
  ): Promise<{ backupCodes: readonly string[] } | Refusal>;
  /** Takes all of somebody's factors away. What they get instead is one code, told once, for the sign-in after which they enrol anew. */
  reset(admin: Person, account: string, client: SignInClient): Promise<{ backupCode: string } | Refusal>;
}

const mostOfKind = 10;
const backupCodeCount = 10;
const sealedSchema = z.object({ sealed: z.string(), ringKey: z.string() });
const askedSchema = z.object({ publicKey: z.string() });
const tooMany = refuse('conflict', 'there are as many as there may be; take one away first');
const unproved = refuse('invalid', 'that does not fit what was asked; begin again');
const unknown = refuse('not_found', 'there is no such account');

export function createEnrolment(options: {
  readonly sql: Database;
  readonly ring: KeyRing;
  readonly relyingParty: RelyingParty;
  readonly clock: () => number;
  /** Tells the owner of an account, in the transaction of the change that has this id. */
  readonly tellOwner: (
    sql: Queries,
    change: { org: string; email: string; id: string; language: LetterLanguage },
  ) => Promise<void>;
}): Enrolment {
  const { sql, ring, relyingParty, clock, tellOwner } = options;

  /** Changes an account's factors, writes that down and tells its owner, all or nothing. */
  async function change<Result extends object>(
    account: string,
    by: FactorActor & { readonly language: LetterLanguage },
    work: (
      transaction: Queries,
      org: string,
    ) => Promise<{ what: FactorChange; name: string; result: Result } | Refusal>,
  ): Promise<Result | Refusal> {
    const outcome = await changingFactors(sql, account, async (transaction, { org, email }) => {
      const changed = await work(transaction, org);
      if ('code' in changed) return changed;
      const id = await recordFactorChange(transaction, { org, account }, changed, by);
      await tellOwner(transaction, { org, email, id, language: by.language });
      return changed.result;
    });
    return outcome ?? unknown;
  }

  function actor({ principal, session }: Person, client: SignInClient) {
    return { principal: sourceOf(principal), session, client: audited(client), language: client.language };
  }

  function ownerOf({ principal, session }: Person) {
    return { org: principal.org, account: principal.id, session };
  }

  async function freshCodes(
    transaction: Queries,
    org: string,
    account: string,
    count: number,
  ): Promise<string[]> {
    const codes = Array.from({ length: count }, newBackupCode);
    await replaceBackupCodes(
      transaction,
      { org, account },
      codes.map((code) => fingerprintOfCode(ring, account, code)),
    );
    return codes;
  }

  /** Whoever has their first factor gets codes for the day they lose it. */
  async function firstCodes(
    transaction: Queries,
    org: string,
    account: string,
  ): Promise<{ backupCodes?: string[] }> {
    const { backupCodes } = await factorsOf(transaction, account);
    return backupCodes > 0
      ? {}
      : { backupCodes: await freshCodes(transaction, org, account, backupCodeCount) };
  }

  return {
    async beginTotp(person) {
      const { totp } = await factorsOf(sql, person.principal.id);
      if (totp.length >= mostOfKind) return tooMany;
      const secret = newTotpSecret();
      const { sealed, ringKey } = sealTotpSecret(ring, person.principal.id, secret);
      const data = { sealed: sealed.toString('base64'), ringKey };
      const user = await accountById(sql, person.principal.id);
      return {
        challenge: await beginChallenge(sql, 'enrol-totp', data, ownerOf(person)),
        ...totpEnrolment(secret, user?.email ?? ''),
      };
    },

    async addTotp(person, { challenge: asked, code, name }, client) {
      const account = person.principal.id;
      const challenge = await attemptChallenge(sql, 'enrol-totp', asked, ownerOf(person));
      if (challenge === undefined) return unproved;
      const { sealed, ringKey } = sealedSchema.parse(challenge.data);
      const kept = { sealed: Buffer.from(sealed, 'base64'), ringKey };
      const step = stepOfCode(openTotpSecret(ring, account, kept), code.replaceAll(/\s/g, ''), clock());
      if (step === undefined) return unproved;
      return change(account, actor(person, client), async (transaction, org) => {
        if (!(await spendChallenge(transaction, challenge))) return unproved;
        const id = uuidv7();
        await addTotpFactor(transaction, { id, org, account, name, ...kept, step });
        const codes = await firstCodes(transaction, org, account);
        return { what: 'totp-added', name, result: { id, ...codes } };
      });
    },

    async beginPasskey(person) {
      if (!relyingParty.isNamed()) return noName;
      const { id, name } = person.principal;
      const known = await passkeysOf(sql, id);
      if (known.length >= mostOfKind) return tooMany;
      const user = await accountById(sql, id);
      // Not the account's id: a passkey shows it to whoever holds the device.
      const handle = ring.fingerprint(JSON.stringify(['passkey handle', id]));
      const publicKey = await relyingParty.askToMake({ handle, email: user?.email ?? '', name, known });
      const data = { publicKey: publicKey.challenge };
      return { challenge: await beginChallenge(sql, 'enrol-passkey', data, ownerOf(person)), publicKey };
    },

    async addPasskey(person, { challenge: asked, response, name }, client) {
      const account = person.principal.id;
      const challenge = await attemptChallenge(sql, 'enrol-passkey', asked, ownerOf(person));
      if (challenge === undefined) return unproved;
      const made = await relyingParty.made(response, askedSchema.parse(challenge.data).publicKey);
      if (made === undefined) return unproved;
      return change(account, actor(person, client), async (transaction, org) => {
        if (!(await spendChallenge(transaction, challenge))) return unproved;
        const id = uuidv7();
        if (!(await addPasskey(transaction, { id, org, account, name, ...made }))) return unproved;
        const codes = await firstCodes(transaction, org, account);
        return { what: 'passkey-added', name, result: { id, ...codes } };
      });
    },

    async remove(person, factor, client) {
      const account = person.principal.id;
      const outcome = await change(account, actor(person, client), async (transaction) => {
        const removed = await removeFactor(transaction, account, factor);
        if (removed === undefined) return refuse('not_found', 'there is no such factor');
        const what = factor.kind === 'totp' ? 'totp-removed' : 'passkey-removed';
        return { what, name: removed.name, result: {} };
      });
      return 'code' in outcome ? outcome : undefined;
    },

    makeBackupCodes: (person, client) =>
      change(person.principal.id, actor(person, client), async (transaction, org) => {
        const { totp, passkeys } = await factorsOf(transaction, person.principal.id);
        if (totp.length + passkeys.length === 0)
          return refuse('conflict', 'backup codes stand in for a second factor, and there is none');
        const backupCodes = await freshCodes(transaction, org, person.principal.id, backupCodeCount);
        return { what: 'backup-codes-made', name: '', result: { backupCodes } };
      }),

    reset: (admin, account, client) =>
      change(account, actor(admin, client), async (transaction, org) => {
        if (org !== admin.principal.org) return unknown;
        await removeAllFactors(transaction, account);
        const [backupCode = ''] = await freshCodes(transaction, org, account, 1);
        await endSessionsOf(transaction, { org, account }, 'all', actor(admin, client));
        return { what: 'reset', name: '', result: { backupCode } };
      }),
  };
}
