import { z } from 'zod';
import { spendBackupCode } from '#db/backup-codes.ts';
import type { Database } from '#db/connect.ts';
import { type Factors, factorsOf } from '#db/factors.ts';
import type { KeyRing } from '#db/key-ring.ts';
import { type Passkey, passkeyByCredential, passkeysOf, takeSignCount } from '#db/passkeys.ts';
import { spendTotpStep, totpFactorsOf } from '#db/totp-factors.ts';
import { backupCodeAsMade, stepOfCode } from './one-time-code.ts';
import {
  type Assertion,
  assertionSchema,
  type PublicKeyOptions,
  type RelyingParty,
} from './relying-party.ts';

/** In what ways somebody can prove who they are, beside a password. */
export const methods = ['totp', 'passkey', 'backup'] as const;
export type Method = (typeof methods)[number];

/** A proof as a client brings it. */
export const proofSchema = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('totp'), code: z.string().max(32) }),
  z.strictObject({ method: z.literal('backup'), code: z.string().max(64) }),
  z.strictObject({ method: z.literal('passkey'), response: assertionSchema }),
]);
export type Proof = z.infer<typeof proofSchema>;

/** What somebody is asked for, and what the answer will be judged by. */
export interface Asked {
  readonly methods: readonly Method[];
  /** For the browser, where one of the methods is a passkey. */
  readonly publicKey?: PublicKeyOptions;
  readonly judgedBy: JudgedBy;
}

/** What stands with a challenge until it is answered. */
export const judgedBySchema = z.object({ publicKey: z.string().optional(), verified: z.boolean() });
export type JudgedBy = z.infer<typeof judgedBySchema>;

/** Asks for second factors and judges them. */
export interface Proofs {
  /** The ways that this account has; none where its password is all it has. `verified`: a passkey must know its owner. */
  ask(account: string, options: { readonly verified: boolean }): Promise<Asked>;
  /** Whether a proof is right. It is used up by that: no code and no counter is taken twice. */
  isRight(account: string, proof: Proof, judgedBy: JudgedBy): Promise<boolean>;
  askForAnyPasskey(): Promise<PublicKeyOptions>;
  /** Whose passkey has signed; undefined where none of ours has. */
  whose(assertion: Assertion, challenge: string): Promise<Passkey | undefined>;
}

export function createProofs(options: {
  readonly sql: Database;
  readonly ring: KeyRing;
  readonly relyingParty: RelyingParty;
  readonly clock: () => number;
}): Proofs {
  const { sql, ring, relyingParty, clock } = options;

  async function rightCode(account: string, code: string): Promise<boolean> {
    const digits = code.replaceAll(/\s/g, '');
    for (const { id, secret } of await totpFactorsOf(sql, ring, account)) {
      const step = /^\d{6}$/.test(digits) ? stepOfCode(secret, digits, clock()) : undefined;
      if (step !== undefined && (await spendTotpStep(sql, id, step))) return true;
    }
    return false;
  }

  async function signed(
    assertion: Assertion,
    by: Passkey | undefined,
    of: { challenge: string; verified: boolean },
  ) {
    const counter = by && (await relyingParty.used(assertion, by, of));
    return by !== undefined && counter !== undefined && (await takeSignCount(sql, by.id, counter));
  }

  return {
    async ask(account, { verified }) {
      const has = waysOf(await factorsOf(sql, account));
      const usable = has.filter((method) => method !== 'passkey' || relyingParty.isNamed());
      if (!usable.includes('passkey')) return { methods: usable, judgedBy: { verified } };
      const publicKey = await relyingParty.askToUse({ known: await passkeysOf(sql, account), verified });
      return { methods: usable, publicKey, judgedBy: { publicKey: publicKey.challenge, verified } };
    },
    async isRight(account, proof, { publicKey, verified }) {
      switch (proof.method) {
        case 'totp':
          return rightCode(account, proof.code);
        case 'backup': {
          const code = backupCodeAsMade(proof.code);
          return code !== undefined && spendBackupCode(sql, account, fingerprintOfCode(ring, account, code));
        }
        case 'passkey': {
          if (publicKey === undefined) return false;
          const known = await passkeysOf(sql, account);
          const by = known.find(({ credential }) => credential === proof.response.id);
          return signed(proof.response, by, { challenge: publicKey, verified });
        }
      }
    },
    askForAnyPasskey: () => relyingParty.askToUse({ known: [], verified: true }),
    async whose(assertion, challenge) {
      const by = await passkeyByCredential(sql, assertion.id);
      return (await signed(assertion, by, { challenge, verified: true })) ? by : undefined;
    },
  };
}

/** The ways that factors open. An account whose factors were reset has nothing but the code that it was given. */
export function waysOf({ totp, passkeys, backupCodes }: Factors): Method[] {
  return methods.filter(
    (method) =>
      (method === 'totp' && totp.length > 0) ||
      (method === 'passkey' && passkeys.length > 0) ||
      (method === 'backup' && backupCodes > 0),
  );
}

/** What is kept of a backup code. Keyed: fifty bits could be tried out. */
export function fingerprintOfCode(ring: KeyRing, account: string, code: string): Buffer {
  return ring.fingerprint(JSON.stringify(['backup code', account, code]));
}
