import { nearbyPlacesSchema } from '#domain/protocol.ts';
import { json, problems } from './openapi-parts.ts';

/** Places around a point, as a path of the OpenAPI document. */
export const placePaths = {
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
};
