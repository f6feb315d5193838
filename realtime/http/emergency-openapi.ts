import { emergencyUnitsSchema, reviewActsSchema } from '#domain/emergency-doors.ts';
import { idSchema } from '#domain/topic.ts';
import { jsonSchema } from './json-schema.ts';
import { json, problems } from './openapi-parts.ts';

/** What emergency access needs beside its commands, as paths of the OpenAPI document. */
export const emergencyPaths = {
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
      summary: 'What was done during an emergency access, for who reviews it; that it was read is audited',
      parameters: [{ name: 'review', in: 'path', required: true, schema: jsonSchema(idSchema, 'input') }],
      responses: {
        200: json('Acts, the earliest first, 500 at most', reviewActsSchema),
        ...problems('unauthenticated', 'not_found', 'rate_limited'),
      },
    },
  },
};
