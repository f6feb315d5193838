import { z } from 'zod';

const credential = z.object({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.array(z.string()).default([]),
});
const verification = z.enum(['required', 'preferred', 'discouraged']).default('preferred');
const toUseSchema = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.number().default(300_000),
  allowCredentials: z.array(credential).default([]),
  userVerification: verification,
});
const toMakeSchema = z.object({
  challenge: z.string(),
  rp: z.object({ name: z.string(), id: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.object({ alg: z.number(), type: z.literal('public-key') })),
  timeout: z.number().default(300_000),
  excludeCredentials: z.array(credential).default([]),
  authenticatorSelection: z.object({
    residentKey: z.enum(['discouraged', 'preferred', 'required']).default('required'),
    requireResidentKey: z.boolean().default(true),
    userVerification: verification,
  }),
  attestation: z.enum(['direct', 'enterprise', 'indirect', 'none']).default('none'),
});

/** Whether this browser can have passkeys for this address at all: they are bound to a name, never to a number. */
export function passkeysPossible(): boolean {
  const { hostname } = globalThis.location;
  const numeric = /^[\d.]+$/.test(hostname) || hostname.startsWith('[');
  return !numeric && globalThis.isSecureContext && 'PublicKeyCredential' in globalThis;
}

/** Has the browser use a passkey; undefined where the person or the browser would not. */
export async function signedByPasskey(publicKey: unknown): Promise<unknown> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  return startAuthentication({ optionsJSON: toUseSchema.parse(publicKey) }).catch(() => undefined);
}

/** Has the browser make a passkey; undefined where the person or the browser would not. */
export async function madePasskey(publicKey: unknown): Promise<unknown> {
  const { startRegistration } = await import('@simplewebauthn/browser');
  return startRegistration({ optionsJSON: toMakeSchema.parse(publicKey) }).catch(() => undefined);
}
