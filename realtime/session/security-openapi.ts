import { z } from 'zod';
import { body, exampleSecret, json, parameter, problems } from '../http/openapi-parts.ts';
import { aCode, asked, challenge, proof } from './session-openapi.ts';

const passwordProof = z.object({ challenge, method: z.literal('password'), password: z.string() });
const factor = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  usedAt: z.string().nullable(),
});
const factors = z.object({
  totp: z.array(factor),
  passkeys: z.array(factor),
  backupCodes: z.int(),
  steppedUp: z.boolean(),
  passkeysPossible: z.boolean(),
});
const added = z.object({ id: z.string(), backupCodes: z.array(z.string()).optional() });
const codes = z.object({ backupCodes: z.array(z.string()) });
const sessions = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      beganAt: z.string(),
      seenAt: z.string(),
      expiresAt: z.string(),
      strength: z.enum(['password', 'two-factor', 'passkey', 'external']),
      client: z.object({ address: z.string(), userAgent: z.string().optional() }).nullable(),
      current: z.boolean().optional(),
    }),
  ),
});
const ended = z.object({ ended: z.int() });

const nothing = (description: string) => ({ 204: { description } });
const account = parameter('account');
const signedInOnly = problems('unauthenticated', 'forbidden');
const provedOnly = problems('invalid', 'unauthenticated', 'forbidden', 'step_up', 'conflict');

/** Step-up, one's factors and sessions, and what an administrator does about others', as paths of the OpenAPI document. */
export const securityPaths = {
  '/api/v1/session/active': {
    post: {
      summary: 'Somebody is using this session; to be said at most once a minute',
      responses: { ...nothing('Heard'), ...signedInOnly },
    },
  },
  '/api/v1/session/step-up/options': {
    post: {
      summary: 'Ask how one may prove oneself again',
      responses: {
        200: json('The ways', asked.partial({ publicKey: true }).extend({ methods: z.array(z.string()) })),
        ...signedInOnly,
      },
    },
  },
  '/api/v1/session/step-up': {
    post: {
      summary: 'Prove oneself again, as strongly as the account can; it holds for ten minutes',
      requestBody: body(z.union([proof, passwordProof]), aCode),
      responses: {
        200: json('Proved', z.object({ proved: z.literal(true) })),
        ...problems('invalid', 'unauthenticated', 'forbidden', 'rate_limited'),
      },
    },
  },
  '/api/v1/me/security': {
    get: {
      summary: 'One’s own second factors',
      responses: { 200: json('Factors', factors), ...signedInOnly },
    },
  },
  '/api/v1/me/factors/totp/options': {
    post: {
      summary: 'Begin to add one-time codes',
      responses: {
        200: json('The key', z.object({ challenge, key: z.string(), uri: z.string() })),
        ...provedOnly,
      },
    },
  },
  '/api/v1/me/factors/totp': {
    post: {
      summary: 'Add one-time codes, by a first code',
      requestBody: body(z.object({ challenge, code: z.string(), name: z.string() }), {
        challenge: exampleSecret,
        code: '123456',
        name: 'Phone',
      }),
      responses: { 200: json('Added; backup codes where there were none', added), ...provedOnly },
    },
  },
  '/api/v1/me/factors/passkey/options': {
    post: {
      summary: 'Begin to add a passkey',
      responses: { 200: json('What the browser is asked with', asked), ...provedOnly },
    },
  },
  '/api/v1/me/factors/passkey': {
    post: {
      summary: 'Add a passkey',
      requestBody: body(
        z.object({ challenge, response: z.record(z.string(), z.unknown()), name: z.string() }),
        {
          challenge: exampleSecret,
          response: {},
          name: 'Laptop',
        },
      ),
      responses: { 200: json('Added; backup codes where there were none', added), ...provedOnly },
    },
  },
  '/api/v1/me/factors/backup-codes': {
    post: {
      summary: 'Make new backup codes in the place of the old ones',
      responses: { 200: json('Told once', codes), ...provedOnly },
    },
  },
  '/api/v1/me/factors/totp/{id}': {
    delete: {
      summary: 'Take one-time codes away',
      parameters: [parameter('id')],
      responses: { ...nothing('Gone'), ...provedOnly },
    },
  },
  '/api/v1/me/factors/passkey/{id}': {
    delete: {
      summary: 'Take a passkey away',
      parameters: [parameter('id')],
      responses: { ...nothing('Gone'), ...provedOnly },
    },
  },
  '/api/v1/me/sessions': {
    get: {
      summary: 'Where one is signed in',
      responses: { 200: json('Sessions', sessions), ...signedInOnly },
    },
    delete: { summary: 'End all other sessions', responses: { 200: json('Ended', ended), ...signedInOnly } },
  },
  '/api/v1/me/sessions/{id}': {
    delete: {
      summary: 'End one of one’s sessions',
      parameters: [parameter('id')],
      responses: { 200: json('Ended', ended), ...problems('unauthenticated', 'forbidden', 'not_found') },
    },
  },
  '/api/v1/accounts/{account}/sessions': {
    get: {
      summary: 'Where somebody is signed in; for an administrator of the organisation',
      parameters: [account],
      responses: { 200: json('Sessions', sessions), ...signedInOnly },
    },
    delete: {
      summary: 'End all of somebody’s sessions; for an administrator of the organisation',
      parameters: [account],
      responses: { 200: json('Ended', ended), ...signedInOnly },
    },
  },
  '/api/v1/accounts/{account}/sessions/{id}': {
    delete: {
      summary: 'End one of somebody’s sessions; for an administrator of the organisation',
      parameters: [account, parameter('id')],
      responses: { 200: json('Ended', ended), ...problems('unauthenticated', 'forbidden', 'not_found') },
    },
  },
  '/api/v1/accounts/{account}/factors': {
    delete: {
      summary: 'Take all of somebody’s second factors away; for an administrator of the organisation',
      parameters: [account],
      responses: {
        200: json(
          'A code, told once, that they need beside their password',
          z.object({ backupCode: z.string() }),
        ),
        ...problems('unauthenticated', 'forbidden', 'step_up', 'not_found', 'conflict'),
      },
    },
  },
};
