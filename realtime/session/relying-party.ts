import { isIP } from 'node:net';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { Passkey } from '#db/passkeys.ts';

const encoded = z.base64url().max(8192);
const transport = z.string().max(32);

/** What a browser gives for a passkey that it has used. */
export const assertionSchema = z.object({
  id: encoded.min(1).max(1400),
  rawId: encoded.min(1).max(1400),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
  response: z.object({
    clientDataJSON: encoded,
    authenticatorData: encoded,
    signature: encoded,
  }),
});
export type Assertion = z.infer<typeof assertionSchema>;

/** What a browser gives for a passkey that it has made. */
export const attestationSchema = z.object({
  id: encoded.min(1).max(1400),
  rawId: encoded.min(1).max(1400),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
  response: z.object({
    clientDataJSON: encoded,
    attestationObject: z.base64url().max(65_536),
    transports: z.array(transport).max(10).default([]),
  }),
});
export type Attestation = z.infer<typeof attestationSchema>;

/** What a browser is asked with: JSON that only it and an authenticator read. */
export type PublicKeyOptions = Readonly<Record<string, unknown>> & { readonly challenge: string };

/** A passkey as it was made. */
export interface MadePasskey {
  readonly credential: string;
  readonly publicKey: Buffer;
  readonly signCount: number;
  readonly transports: readonly string[];
}

/** Our half of WebAuthn: asks browsers for passkeys and judges what they bring. */
export interface RelyingParty {
  /** Whether browsers can have passkeys for us: they want a name, and `PUBLIC_URL` may give an address. */
  isNamed(): boolean;
  askToMake(of: {
    readonly handle: Buffer;
    readonly email: string;
    readonly name: string;
    readonly known: readonly Passkey[];
  }): Promise<PublicKeyOptions>;
  made(attestation: Attestation, challenge: string): Promise<MadePasskey | undefined>;
  /** Without passkeys named, whichever of ours the browser has: it says who somebody is. */
  askToUse(of: { readonly known: readonly Passkey[]; readonly verified: boolean }): Promise<PublicKeyOptions>;
  /** The counter that came with a right signature; undefined where it is not right. */
  used(
    assertion: Assertion,
    by: Passkey,
    of: { readonly challenge: string; readonly verified: boolean },
  ): Promise<number | undefined>;
}

const timeout = 5 * 60_000;

export function createRelyingParty(publicUrl: () => string): RelyingParty {
  const id = (): string => new URL(publicUrl()).hostname;
  const origin = (): string => new URL(publicUrl()).origin;

  return {
    isNamed: () => isIP(id().replaceAll(/[[\]]/g, '')) === 0,
    async askToMake({ handle, email, name, known }) {
      const options = await generateRegistrationOptions({
        rpName: 'Carewall',
        rpID: id(),
        userID: Uint8Array.from(handle),
        userName: email,
        userDisplayName: name,
        timeout,
        attestationType: 'none',
        excludeCredentials: known.map(credentialOf),
        // So that it can take the place of a password: the browser finds it by itself, and asks for finger, face or PIN.
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      return { ...options };
    },
    async made(attestation, challenge) {
      const { response, ...rest } = attestation;
      const { transports, ...parts } = response;
      const outcome = await verifyRegistrationResponse({
        response: { ...rest, response: parts },
        expectedChallenge: challenge,
        expectedOrigin: origin(),
        expectedRPID: id(),
        requireUserVerification: true,
      }).catch(() => undefined);
      if (outcome?.verified !== true) return undefined;
      const { credential } = outcome.registrationInfo;
      const publicKey = Buffer.from(credential.publicKey);
      return { credential: credential.id, publicKey, signCount: credential.counter, transports };
    },
    async askToUse({ known, verified }) {
      const options = await generateAuthenticationOptions({
        rpID: id(),
        allowCredentials: known.map(credentialOf),
        userVerification: verified ? 'required' : 'preferred',
        timeout,
      });
      return { ...options };
    },
    async used(assertion, by, { challenge, verified }) {
      const outcome = await verifyAuthenticationResponse({
        response: assertion,
        expectedChallenge: challenge,
        expectedOrigin: origin(),
        expectedRPID: id(),
        credential: { id: by.credential, publicKey: Uint8Array.from(by.publicKey), counter: by.signCount },
        requireUserVerification: verified,
      }).catch(() => undefined);
      return outcome?.verified === true ? outcome.authenticationInfo.newCounter : undefined;
    },
  };
}

function credentialOf({ credential, transports }: Passkey): { id: string; transports: string[] } {
  return { id: credential, transports: [...transports] };
}
