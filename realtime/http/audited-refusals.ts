import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { errorCodes, errorStatus } from '#domain/errors.ts';
import type { RefusalAudit } from '../audit/refusals.ts';
import type { Authenticated } from './authenticate.ts';
import { clientOf } from './client-of.ts';

/** Audits what a route refuses to somebody who has signed in. The route of commands sees to its own. */
export function auditedRefusals(refusals: RefusalAudit): MiddlewareHandler<Authenticated> {
  return async (context, next) => {
    await next();
    const { status } = context.res;
    const code = errorCodes.find((one) => errorStatus[one] === status);
    if (code === undefined) return;
    // The route as it was declared: what stands in its place is the client's.
    const route = matchedRoutes(context).findLast(({ path }) => !path.includes('*'))?.path ?? 'no route';
    if (route.endsWith('/commands')) return;
    const { principal, session } = context.get('identified');
    const action = `http.${context.req.method.toLowerCase()} ${route}`;
    refusals.refused({ principal, session, action, code, client: clientOf(context) });
  };
}
