import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import type { Server } from 'socket.io';
import type { RedisLink } from './redis.ts';

/**
 * Sends volatile things to every node of the tier: at most once, and nobody's truth. Events never go this way. Socket.IO
 * makes its rooms anew with another adapter, so sockets that are there already are told to come back.
 */
export function joinVolatileTier(io: Server, link: RedisLink): void {
  if (io.of('/').sockets.size > 0) io.local.disconnectSockets(true);
  // A subscriber of its own: what the adapter hears is none of the bus's.
  const subscriber = link.openSubscriber();
  io.adapter(
    link.major >= 7
      ? createShardedAdapter(link.publisher, subscriber, {
          channelPrefix: 'carewall-volatile',
          subscriptionMode: 'static',
        })
      : createAdapter(link.publisher, subscriber, { key: 'carewall-volatile' }),
  );
}
