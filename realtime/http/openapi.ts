import { z } from 'zod';
import { errorCodes, errorStatus, issueSchema } from '#domain/errors.ts';
import { modules } from '#domain/modules.ts';
import {
  commandAnswerSchema,
  historySchema,
  nearbyPlacesSchema,
  snapshotSchema,
  topicListSchema,
} from '#domain/protocol.ts';
import { topicSchema } from '#domain/topic.ts';
import { jsonSchema } from './json-schema.ts';

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
            200: json('Signed in; a refresh cookie is set', signedIn),
            ...problems('invalid', 'unauthenticated', 'rate_limited'),
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
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
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

const signedIn = z.object({ accessToken: z.string(), expiresIn: z.int(), user: userSchema });

const topicParameter = {
  name: 'topic',
  in: 'path',
  required: true,
  description: 'Percent-encoded',
  schema: jsonSchema(topicSchema, 'input'),
  example: modules.flatMap((module) => module.topics)[0]?.kind.replace('*', 'ds'),
};

function json(description: string, schema: z.ZodType): Record<string, unknown> {
  return { description, content: { 'application/json': { schema: jsonSchema(schema, 'output') } } };
}

function body(schema: z.ZodType, example: unknown): Record<string, unknown> {
  return {
    required: true,
    content: { 'application/json': { schema: jsonSchema(schema, 'input'), example } },
  };
}

function problems(...codes: (keyof typeof errorStatus)[]): Record<string, unknown> {
  const byStatus = new Map<number, string[]>();
  for (const code of codes)
    byStatus.set(errorStatus[code], [...(byStatus.get(errorStatus[code]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: names.join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}
