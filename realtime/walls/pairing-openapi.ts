import { z } from 'zod';
import { body, exampleSecret, json, problems } from '../http/openapi-parts.ts';
import { userSchema } from '../session/session-openapi.ts';

const pairing = z.object({
  deviceCode: z.string(),
  userCode: z.string(),
  verificationUri: z.string(),
  verificationUriComplete: z.string(),
  expiresIn: z.int(),
  interval: z.int(),
});

const paired = z.object({
  accessToken: z.string(),
  expiresIn: z.int(),
  user: userSchema.pick({ id: true, name: true, org: true }),
});

/** How a display becomes a wall, as paths of the OpenAPI document. */
export const pairingPaths = {
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
      requestBody: body(z.strictObject({ deviceCode: z.string() }), { deviceCode: exampleSecret }),
      responses: {
        200: json('Approved; a refresh cookie is set', paired),
        ...problems('invalid', 'forbidden', 'conflict', 'gone', 'too_large', 'rate_limited', 'unavailable'),
      },
    },
  },
};
