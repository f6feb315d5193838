import type { MiddlewareHandler } from 'hono';
import type { createKeyedBuckets } from '../limits.ts';
import type { Authenticated } from './authenticate.ts';
import { tooManyRequests } from './problem.ts';

/** Holds each account to a rate of its own, however many share its address and however many addresses it has. */
export function limitedByAccount(
  rate: Pick<ReturnType<typeof createKeyedBuckets>, 'take'>,
): MiddlewareHandler<Authenticated> {
  return async (context, next) => {
    const { org, id } = context.get('identified').principal;
    return rate.take(`${org}:${id}`) ? next() : tooManyRequests();
  };
}
