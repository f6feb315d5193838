import { z } from 'zod';
import { body, exampleSecret, problems } from '../http/openapi-parts.ts';

const token = z.object({ token: z.string() });
const door = (summary: string, request: z.ZodType, example: unknown, status: number) => ({
  post: {
    summary,
    security: [],
    requestBody: body(request, example),
    responses: { [status]: { description: 'Done' }, ...problems('invalid', 'gone', 'rate_limited') },
  },
});
const aToken = { token: exampleSecret };

/** What comes before sign-in. Whoever asks for a letter is answered alike, whether or not one is sent. */
export const accountPaths = {
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
