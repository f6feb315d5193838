import { z } from 'zod';
import { topicSchema } from '#domain/topic.ts';
import { body, problems } from '../http/openapi-parts.ts';

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

/** The audit's search and exports, as paths of the OpenAPI document. */
export const auditPaths = {
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
      requestBody: body(z.object({ topic: topicSchema, rows: z.int(), format: z.enum(['csv', 'json']) }), {
        topic: 'unit/4w/beds',
        rows: 24,
        format: 'csv',
      }),
      responses: {
        200: { description: 'Written down' },
        ...problems('invalid', 'unauthenticated', 'not_found', 'unavailable'),
      },
    },
  },
};
