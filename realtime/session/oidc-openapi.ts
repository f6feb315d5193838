import { z } from 'zod';
import { json, problems } from '../http/openapi-parts.ts';

const waysIn = z.object({
  password: z.boolean(),
  oidc: z.object({ name: z.string(), start: z.string() }).optional(),
});

/** Sign-in by way of an identity provider, as paths of the OpenAPI document. */
export const oidcPaths = {
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
};
