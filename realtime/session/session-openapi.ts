import { z } from 'zod';
import { body, exampleSecret, json, problems } from '../http/openapi-parts.ts';

/** Who has signed in. */
export const userSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  org: z.string(),
  grants: z.array(z.object({ role: z.string(), place: z.string() })),
});

const signedIn = z.object({
  accessToken: z.string(),
  expiresIn: z.int(),
  idleSeconds: z.int().optional(),
  user: userSchema,
});

/** Where the account has more than a password. */
const secondFactor = z.object({
  mfa: z.object({
    challenge: z.string(),
    methods: z.array(z.enum(['totp', 'passkey', 'backup'])),
    publicKey: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** The secret of a proof that has begun. */
export const challenge = z.string();
const codeProof = z.object({ challenge, method: z.enum(['totp', 'backup']), code: z.string() });
const passkeyProof = z.object({
  challenge,
  method: z.literal('passkey'),
  response: z.record(z.string(), z.unknown()),
});
/** A second factor. */
export const proof = z.union([codeProof, passkeyProof]);
/** What a passkey is asked for with. */
export const asked = z.object({ challenge, publicKey: z.record(z.string(), z.unknown()) });
/** A second factor, as an example. */
export const aCode = { challenge: exampleSecret, method: 'totp', code: '123456' };

/** Signing in, refreshing and signing out, as paths of the OpenAPI document. */
export const sessionPaths = {
  '/api/v1/session': {
    post: {
      summary: 'Sign in',
      security: [],
      requestBody: body(z.object({ email: z.string(), password: z.string() }), {
        email: 'nurse@demo.carewall.example',
        password: 'demo-carewall',
      }),
      responses: {
        200: json(
          'Signed in; a refresh cookie is set. Or a second factor is asked for',
          z.union([signedIn, secondFactor]),
        ),
        ...problems('invalid', 'unauthenticated', 'forbidden', 'rate_limited'),
      },
    },
    delete: { summary: 'Sign out', responses: { 204: { description: 'The session has ended' } } },
  },
  '/api/v1/session/refresh': {
    post: {
      summary: 'Take a new access token for the refresh cookie, which is replaced',
      security: [],
      responses: { 200: json('Renewed', signedIn), ...problems('unauthenticated') },
    },
  },
  '/api/v1/session/mfa': {
    post: {
      summary: 'Go on with a sign-in: a one-time code, a backup code or a passkey; answered like a sign-in',
      security: [],
      requestBody: body(proof, aCode),
      responses: {
        200: { description: 'Signed in; a refresh cookie is set' },
        ...problems('invalid', 'unauthenticated', 'forbidden', 'rate_limited'),
      },
    },
  },
  '/api/v1/session/passkey/options': {
    post: {
      summary: 'Begin a sign-in by passkey, without a password',
      security: [],
      responses: {
        200: json('What the browser is asked with', asked),
        ...problems('forbidden', 'conflict', 'rate_limited'),
      },
    },
  },
  '/api/v1/session/passkey': {
    post: {
      summary: 'Sign in by passkey; answered like a sign-in',
      security: [],
      requestBody: body(passkeyProof.omit({ method: true }), { challenge: exampleSecret, response: {} }),
      responses: {
        200: { description: 'Signed in; a refresh cookie is set' },
        ...problems('invalid', 'unauthenticated', 'forbidden', 'rate_limited'),
      },
    },
  },
};

/** The public keys, as a path of the OpenAPI document. */
export const keyPaths = {
  '/.well-known/jwks.json': {
    get: {
      summary: 'The keys that access tokens are signed with',
      security: [],
      responses: { 200: { description: 'JWKS' } },
    },
  },
};
