import { modules } from '#domain/modules.ts';
import { commandAnswerSchema } from '#domain/protocol.ts';
import { jsonSchema } from './json-schema.ts';
import { exampleId, json, problems } from './openapi-parts.ts';

const commands = modules.flatMap((module) => module.commands);

/** Asking for a change, as a path of the OpenAPI document. */
export const commandPaths = {
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
};

/** Each command by its type, as schemas of the OpenAPI document. */
export function commandSchemas(): Record<string, unknown> {
  return Object.fromEntries(
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
  );
}
