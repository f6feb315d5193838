import type { MiddlewareHandler } from 'hono';
import { type Refusal, refuse } from '#domain/errors.ts';
import type { Identified } from '../rooms/connection.ts';
import { problem } from './problem.ts';

/** What a route behind `authenticated` knows of its caller. */
export interface Authenticated {
  Variables: { identified: Identified };
}

/** Lets in whoever brings a valid access token, `Authorization: Bearer`. */
export function authenticated(
  authenticate: (token: string) => Promise<Identified | Refusal>,
): MiddlewareHandler<Authenticated> {
  return async (context, next) => {
    const [scheme, token] = (context.req.header('authorization') ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || token === undefined || token === '') {
      return problem(refuse('unauthenticated', 'an access token is needed'), {
        'www-authenticate': 'Bearer',
      });
    }
    const identified = await authenticate(token);
    if ('code' in identified) return problem(identified, { 'www-authenticate': 'Bearer' });
    context.set('identified', identified);
    return next();
  };
}
