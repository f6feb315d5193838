import { modules } from '#domain/modules.ts';
import { historySchema, snapshotSchema, topicListSchema } from '#domain/protocol.ts';
import { topicSchema } from '#domain/topic.ts';
import { jsonSchema } from './json-schema.ts';
import { json, problems } from './openapi-parts.ts';

const topicParameter = {
  name: 'topic',
  in: 'path',
  required: true,
  description: 'Percent-encoded',
  schema: jsonSchema(topicSchema, 'input'),
  example: modules.flatMap((module) => module.topics)[0]?.kind.replace('*', 'ds'),
};

/** What there is to see, as a path of the OpenAPI document. */
export const topicListPaths = {
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
};

/** One topic, now and as it came to be, as paths of the OpenAPI document. */
export const topicPaths = {
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
};
