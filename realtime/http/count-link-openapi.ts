import { z } from 'zod';
import { openedLinkSchema, openLinkSchema, submitLinkSchema } from '../ingest/links/link-messages.ts';
import { body, exampleId, exampleSecret, json, problems } from './openapi-parts.ts';

/** The links of letters that ask for counts, as paths of the OpenAPI document. */
export const countLinkPaths = {
  '/api/v1/count-links/open': {
    post: {
      summary: 'Look at what a link in a letter asks; uses nothing up',
      security: [],
      requestBody: body(openLinkSchema, { token: exampleSecret }),
      responses: {
        200: json('The counts of its facility, or why it is of no use any more', openedLinkSchema),
        ...problems('invalid', 'not_found', 'too_large', 'rate_limited'),
      },
    },
  },
  '/api/v1/count-links/submit': {
    post: {
      summary: 'Give the counts that a link asks for, once',
      security: [],
      requestBody: body(submitLinkSchema, {
        token: exampleSecret,
        id: exampleId,
        levels: [{ level: 'hospice', version: 1, available: 3 }],
      }),
      responses: {
        200: json('They are saved', z.object({ saved: z.literal(true) })),
        ...problems('invalid', 'not_found', 'conflict', 'gone', 'too_large', 'rate_limited', 'unavailable'),
      },
    },
  },
};
