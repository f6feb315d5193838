import { problems } from '../http/openapi-parts.ts';

const archive = {
  parameters: [{ name: 'request', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
  responses: {
    200: { description: 'The zip' },
    ...problems('unauthenticated', 'step_up', 'not_found'),
  },
};

/** Archives of one's own data and the settings of privacy, as paths of the OpenAPI document. */
export const privacyPaths = {
  '/api/v1/privacy/archives/{request}': {
    get: {
      summary: 'An archive of one’s own data that is ready, as a zip; wants a session that has stepped up',
      ...archive,
    },
    post: {
      summary: 'The same as JSON, `{zip}` in base64',
      ...archive,
    },
  },
  '/api/v1/privacy/settings': {
    get: {
      summary: 'How long each kind of data is kept, in days, and what an erasure leaves',
      responses: { 200: { description: 'The settings' }, ...problems('unauthenticated') },
    },
  },
};
