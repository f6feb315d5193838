import { z } from 'zod';
import { errorCodes, issueSchema } from '#domain/errors.ts';
import { accountPaths } from '../accounts/account-doors-openapi.ts';
import { auditPaths } from '../audit/audit-openapi.ts';
import { privacyPaths } from '../privacy/privacy-openapi.ts';
import { oidcPaths } from '../session/oidc-openapi.ts';
import { securityPaths } from '../session/security-openapi.ts';
import { keyPaths, sessionPaths } from '../session/session-openapi.ts';
import { pairingPaths } from '../walls/pairing-openapi.ts';
import { commandPaths, commandSchemas } from './command-openapi.ts';
import { countLinkPaths } from './count-link-openapi.ts';
import { emergencyPaths } from './emergency-openapi.ts';
import { jsonSchema } from './json-schema.ts';
import { placePaths } from './place-openapi.ts';
import { topicListPaths, topicPaths } from './topic-openapi.ts';

const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(errorCodes),
  detail: z.string(),
  issues: z.array(issueSchema).optional(),
});

/** What says how the server is. */
const conditionPaths = {
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
};

/**
 * The HTTP interface as an OpenAPI 3.1 document, made from the schemas that the server itself parses with. What a path
 * is like stands beside its routes: `session-openapi.ts` describes `session-routes.ts`. Here is the order that they are
 * read in, and what all have in common.
 */
export function openApiDocument(serverUrl: string): Record<string, unknown> {
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
      ...sessionPaths,
      ...securityPaths,
      ...privacyPaths,
      ...pairingPaths,
      ...oidcPaths,
      ...commandPaths,
      ...topicListPaths,
      ...auditPaths,
      ...topicPaths,
      ...placePaths,
      ...countLinkPaths,
      ...emergencyPaths,
      ...accountPaths,
      ...conditionPaths,
      ...keyPaths,
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
      schemas: { Problem: jsonSchema(problemSchema, 'output'), ...commandSchemas() },
    },
  };
}
