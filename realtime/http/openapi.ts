import { z } from 'zod';
import { emergencyUnitsSchema, reviewActsSchema } from '#domain/emergency-doors.ts';
import { errorCodes, issueSchema } from '#domain/errors.ts';
import { modules } from '#domain/modules.ts';
import {
  commandAnswerSchema,
  historySchema,
  nearbyPlacesSchema,
  snapshotSchema,
  topicListSchema,
} from '#domain/protocol.ts';
import { idSchema, topicSchema } from '#domain/topic.ts';
import { openedLinkSchema, openLinkSchema, submitLinkSchema } from '../ingest/links/link-messages.ts';
import { jsonSchema } from './json-schema.ts';
import { body, json, problems } from './openapi-parts.ts';
import { secondFactor, signInPaths } from './openapi-sign-in.ts';

const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(errorCodes),
  detail: z.string(),
  issues: z.array(issueSchema).optional(),
});

const userSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  org: z.string(),
  grants: z.array(z.object({ role: z.string(), place: z.string() })),
});

const exampleToken = '0'.repeat(64);
const auditParameters = [
  ['who', 'The id of an account or feed'],
  ['action', 'An action, or what it begins with: `session` finds `session.sign-in`'],
  ['outcome', '`ok`, `refused`, or an error code'],
  ['topic', 'A topic that was read or touched'],
  ['from', 'A moment; 31 days before `to` where it is left out'],
  ['to', 'A moment'],
  ['cursor', '`next` of the page before'],
  ['limit', 'How many on a page; 100 where it is left out'],
].map(([name, description]) => ({ name, in: 'query', schema: { type: 'string' }, description }));
const waysIn = z.object({
  password: z.boolean(),
  oidc: z.object({ name: z.string(), start: z.string() }).optional(),
});

const exampleId = '0195500f-6b00-7000-8000-000000000001';

/** The HTTP interface as an OpenAPI 3.1 document, made from the schemas that the server itself parses with. */
export function openApiDocument(serverUrl: string): Record<string, unknown> {
  const commands = modules.flatMap((module) => module.commands);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Carewall',
      version: '1',
      description: 'Commands in, topics out. Errors are RFC 9457 problems.',
    },
    servers: [{ url: serverUrl }],
    security: [{ accessToken: [] }],
    paths: {
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
      ...signInPaths,
      '/api/v1/privacy/archives/{request}': {
        get: {
          summary:
            'An archive of one’s own data that is ready, as a zip; wants a session that has stepped up',
          parameters: [
            { name: 'request', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
          ],
          responses: {
            200: { description: 'The zip' },
            ...problems('unauthenticated', 'step_up', 'not_found'),
          },
        },
        post: {
          summary: 'The same as JSON, `{zip}` in base64',
          parameters: [
            { name: 'request', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
          ],
          responses: {
            200: { description: 'The zip' },
            ...problems('unauthenticated', 'step_up', 'not_found'),
          },
        },
      },
      '/api/v1/privacy/settings': {
        get: {
          summary: 'How long each kind of data is kept, in days, and what an erasure leaves',
          responses: { 200: { description: 'The settings' }, ...problems('unauthenticated') },
        },
      },
      '/api/v1/walls/pairings': {
        post: {
          summary: 'Let a display wait under a code that somebody approves (RFC 8628)',
          security: [],
          requestBody: body(z.strictObject({}), {}),
          responses: {
            200: json('The secret of the device, and the code that it shows', pairing),
            ...problems('invalid', 'forbidden', 'too_large', 'rate_limited', 'unavailable'),
          },
        },
      },
      '/api/v1/walls/pairings/token': {
        post: {
          summary:
            'Ask whether the display was approved: `conflict` authorization_pending, `rate_limited` slow_down, ' +
            '`forbidden` access_denied, `gone` expired_token',
          security: [],
          requestBody: body(z.strictObject({ deviceCode: z.string() }), { deviceCode: '0'.repeat(64) }),
          responses: {
            200: json('Approved; a refresh cookie is set', paired),
            ...problems(
              'invalid',
              'forbidden',
              'conflict',
              'gone',
              'too_large',
              'rate_limited',
              'unavailable',
            ),
          },
        },
      },
      '/api/v1/session/methods': {
        get: {
          summary: 'Which ways in there are besides a password',
          security: [],
          responses: { 200: json('The ways in', waysIn) },
        },
      },
      '/api/v1/session/oidc': {
        get: {
          summary: 'For browsers: on to the organisation’s own sign-in, where one is set',
          security: [],
          parameters: [
            {
              name: 'returnTo',
              in: 'query',
              schema: { type: 'string' },
              description: 'The page to come back to; anything but a path of ours is the start page',
            },
          ],
          responses: { 303: { description: 'On to the issuer' }, ...problems('rate_limited') },
        },
      },
      '/api/v1/session/oidc/callback': {
        get: {
          summary: 'For browsers: where the organisation’s sign-in sends back to',
          security: [],
          responses: {
            303: { description: 'Signed in, or back to the sign-in page with why not' },
            ...problems('rate_limited'),
          },
        },
      },
      '/api/v1/commands': {
        post: {
          summary: 'Ask for a change; answered after its commit',
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  oneOf: commands.map(({ type }) => ({ $ref: `#/components/schemas/${type}` })),
                  discriminator: { propertyName: 'type' },
                },
                examples: Object.fromEntries(
                  commands.map(({ type, summary, example }) => [
                    type,
                    { summary, value: { id: exampleId, type, data: example.data } },
                  ]),
                ),
              },
            },
          },
          responses: {
            200: json('Committed', commandAnswerSchema),
            ...problems(
              'invalid',
              'unauthenticated',
              'forbidden',
              'not_found',
              'conflict',
              'gone',
              'too_large',
              'rate_limited',
              'unavailable',
            ),
          },
        },
      },
      '/api/v1/topics': {
        get: {
          summary: 'What the caller may see, from the organisation down',
          parameters: [
            {
              name: 'under',
              in: 'query',
              schema: { type: 'string' },
              description: 'A place, such as `facility/rgh`',
            },
            {
              name: 'cursor',
              in: 'query',
              schema: { type: 'string' },
              description: '`next` of the page before',
            },
            {
              name: 'kinds',
              in: 'query',
              schema: { type: 'string' },
              description: 'Only topics of these kinds, such as `unit/*/beds,unit/*/alerts`',
            },
            {
              name: 'limit',
              in: 'query',
              schema: { type: 'integer', minimum: 1, maximum: 1000 },
              description: 'How many on a page; 200 where it is left out',
            },
          ],
          responses: { 200: json('A page', topicListSchema), ...problems('invalid', 'unauthenticated') },
        },
      },
      '/api/v1/audit': {
        get: {
          summary: 'Search the audit, the newest first; for administrators, and itself audited',
          parameters: auditParameters,
          responses: {
            200: { description: 'A page: `{from, to, rows, next?}`' },
            ...problems('invalid', 'unauthenticated', 'not_found', 'unavailable'),
          },
        },
      },
      '/api/v1/audit/integrity': {
        get: {
          summary: 'How far the audit is sealed, and signed',
          responses: {
            200: { description: '`{sealed, hash, checkpoint, checkpointAt, waiting}`' },
            ...problems('unauthenticated', 'not_found'),
          },
        },
      },
      '/api/v1/audit/export': {
        get: {
          summary: 'The audit as FHIR R4 AuditEvents (IHE BALP): a Bundle, or one a line',
          parameters: [
            ...auditParameters,
            { name: 'format', in: 'query', schema: { type: 'string', enum: ['fhir', 'ndjson'] } },
          ],
          responses: {
            200: {
              description: 'At most 10,000; where there are more, the last resource says from where to go on',
            },
            ...problems('invalid', 'unauthenticated', 'not_found', 'rate_limited', 'unavailable'),
          },
        },
      },
      '/api/v1/exports': {
        post: {
          summary: 'Tell of a file that was made of what one was shown, for the audit',
          requestBody: body(
            z.object({ topic: topicSchema, rows: z.int(), format: z.enum(['csv', 'json']) }),
            { topic: 'unit/4w/beds', rows: 24, format: 'csv' },
          ),
          responses: {
            200: { description: 'Written down' },
            ...problems('invalid', 'unauthenticated', 'not_found', 'unavailable'),
          },
        },
      },
      '/api/v1/topics/{topic}': {
        get: {
          summary: 'A snapshot in the caller’s view',
          parameters: [topicParameter],
          responses: {
            200: json('The state at `seq`', snapshotSchema),
            ...problems('unauthenticated', 'not_found', 'unavailable'),
          },
        },
      },
      '/api/v1/topics/{topic}/events': {
        get: {
          summary: 'History in the caller’s view',
          parameters: [
            topicParameter,
            { name: 'after', in: 'query', schema: { type: 'integer', minimum: 0, default: 0 } },
            {
              name: 'limit',
              in: 'query',
              schema: { type: 'integer', minimum: 1, maximum: 1000, default: 200 },
            },
          ],
          responses: {
            200: json('Events after `after`, in order', historySchema),
            ...problems('invalid', 'unauthenticated', 'not_found', 'gone'),
          },
        },
      },
      '/api/v1/places': {
        get: {
          summary: 'Places around a point that the caller may see something of, the nearest first',
          parameters: [
            {
              name: 'near',
              in: 'query',
              required: true,
              schema: { type: 'string' },
              description: 'Latitude and longitude in degrees (WGS 84)',
              example: '41.88,-87.63',
            },
            {
              name: 'within',
              in: 'query',
              schema: { type: 'number', exclusiveMinimum: 0 },
              description: 'Kilometres',
            },
            {
              name: 'limit',
              in: 'query',
              schema: { type: 'integer', minimum: 1, maximum: 200, default: 20 },
            },
          ],
          responses: {
            200: json('Places, each with its distance in metres along the great circle', nearbyPlacesSchema),
            ...problems('invalid', 'unauthenticated', 'rate_limited'),
          },
        },
      },
      '/api/v1/count-links/open': {
        post: {
          summary: 'Look at what a link in a letter asks; uses nothing up',
          security: [],
          requestBody: body(openLinkSchema, { token: exampleToken }),
          responses: {
            200: json('The counts of its facility, or why it is of no use any more', openedLinkSchema),
            ...problems('invalid', 'not_found', 'too_large', 'rate_limited'),
          },
        },
      },
      '/api/v1/count-links/submit': {
        post: {
          summary: 'Give the counts that a link asks for, once',
          security: [],
          requestBody: body(submitLinkSchema, {
            token: exampleToken,
            id: exampleId,
            levels: [{ level: 'hospice', version: 1, available: 3 }],
          }),
          responses: {
            200: json('They are saved', z.object({ saved: z.literal(true) })),
            ...problems(
              'invalid',
              'not_found',
              'conflict',
              'gone',
              'too_large',
              'rate_limited',
              'unavailable',
            ),
          },
        },
      },
      '/api/v1/emergency/units': {
        get: {
          summary: 'Units by name, for who may ask for emergency access',
          parameters: [
            {
              name: 'words',
              in: 'query',
              schema: { type: 'string', maxLength: 100 },
              description: 'Of the name of the unit or of its facility',
            },
          ],
          responses: {
            200: json('Fifty at most', emergencyUnitsSchema),
            ...problems('invalid', 'unauthenticated', 'not_found', 'rate_limited'),
          },
        },
      },
      '/api/v1/reviews/{review}/acts': {
        get: {
          summary:
            'What was done during an emergency access, for who reviews it; that it was read is audited',
          parameters: [{ name: 'review', in: 'path', required: true, schema: jsonSchema(idSchema, 'input') }],
          responses: {
            200: json('Acts, the earliest first, 500 at most', reviewActsSchema),
            ...problems('unauthenticated', 'not_found', 'rate_limited'),
          },
        },
      },
      ...accountDoors,
      '/healthz': {
        get: { summary: 'The process answers', security: [], responses: { 200: { description: 'It does' } } },
      },
      '/readyz': {
        get: {
          summary: 'The whole path works',
          security: [],
          responses: {
            200: { description: 'It does' },
            503: { description: 'It does not; the body says what' },
          },
        },
      },
      '/metrics': {
        get: { summary: 'Prometheus', security: [], responses: { 200: { description: 'Metrics' } } },
      },
      '/.well-known/jwks.json': {
        get: {
          summary: 'The keys that access tokens are signed with',
          security: [],
          responses: { 200: { description: 'JWKS' } },
        },
      },
    },
    components: {
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An access token (JWT) of a person, or the key of a system: cwk_ and 64 hexadecimal digits',
        },
      },
      schemas: {
        Problem: jsonSchema(problemSchema, 'output'),
        ...Object.fromEntries(
          commands.map(({ type, summary, data, example }) => [
            type,
            {
              type: 'object',
              description: summary,
              required: ['id', 'type', 'data'],
              properties: {
                id: { type: 'string', format: 'uuid', description: 'A UUIDv7 that the client makes' },
                type: { const: type },
                data: jsonSchema(data, 'input'),
                expect: {
                  type: 'integer',
                  minimum: 0,
                  description: 'The version of the entity that the client saw',
                },
              },
              additionalProperties: false,
              examples: [{ id: exampleId, type, data: example.data }],
            },
          ]),
        ),
      },
    },
  };
}

const signedIn = z.object({
  accessToken: z.string(),
  expiresIn: z.int(),
  idleSeconds: z.int().optional(),
  user: userSchema,
});

const paired = z.object({
  accessToken: z.string(),
  expiresIn: z.int(),
  user: userSchema.pick({ id: true, name: true, org: true }),
});

const pairing = z.object({
  deviceCode: z.string(),
  userCode: z.string(),
  verificationUri: z.string(),
  verificationUriComplete: z.string(),
  expiresIn: z.int(),
  interval: z.int(),
});
const token = z.object({ token: z.string() });
const door = (summary: string, request: z.ZodType, example: unknown, status: number) => ({
  post: {
    summary,
    security: [],
    requestBody: body(request, example),
    responses: { [status]: { description: 'Done' }, ...problems('invalid', 'gone', 'rate_limited') },
  },
});
const aToken = { token: '0'.repeat(64) };

/** What comes before sign-in. Whoever asks for a letter is answered alike, whether or not one is sent. */
const accountDoors = {
  '/api/v1/account-requests': door(
    'Ask for an account; the address is verified by a letter',
    z.object({
      kind: z.enum(['clinician', 'facility']),
      name: z.string(),
      email: z.string(),
      phone: z.string().optional(),
      language: z.enum(['en', 'vi']),
      organisation: z.string().optional(),
      application: z.object({
        profession: z.string().optional(),
        registration: z.string().optional(),
        workplace: z.string(),
        address: z.string().optional(),
        note: z.string().optional(),
      }),
    }),
    {
      kind: 'clinician',
      name: 'An Vu',
      email: 'an.vu@hospital.example',
      language: 'vi',
      application: { profession: 'Physician', workplace: 'Riverside General' },
    },
    202,
  ),
  '/api/v1/account-requests/verify': door(
    'Confirm the address by the link of the letter',
    token,
    aToken,
    200,
  ),
  '/api/v1/invitations/open': door('Look at an invitation; it stays as it is', token, aToken, 200),
  '/api/v1/invitations/accept': door(
    'Make the account of an invitation',
    token.extend({ name: z.string(), language: z.enum(['en', 'vi']), password: z.string() }),
    { ...aToken, name: 'Thu Dang', language: 'vi', password: 'a long walk by the river' },
    201,
  ),
  '/api/v1/password-resets': door(
    'Ask for a link with which a password is set anew',
    z.object({ email: z.string() }),
    { email: 'thu@hospital.example' },
    202,
  ),
  '/api/v1/password-resets/complete': door(
    'Set a password by the link of the letter; every session ends',
    token.extend({ password: z.string() }),
    { ...aToken, password: 'a long walk by the river' },
    200,
  ),
  '/api/v1/email-changes/confirm': door('Take a new address by the link of the letter', token, aToken, 200),
};

const topicParameter = {
  name: 'topic',
  in: 'path',
  required: true,
  description: 'Percent-encoded',
  schema: jsonSchema(topicSchema, 'input'),
  example: modules.flatMap((module) => module.topics)[0]?.kind.replace('*', 'ds'),
};
