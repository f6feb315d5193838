import type { Server } from 'socket.io';
import type { TopicKey } from '#db/event-log.ts';
import type { ViewName } from '#domain/module.ts';
import type { Frame } from '#domain/protocol.ts';

/** The room of a topic in one view: the only thing that is ever broadcast to. */
export function roomOf({ org, topic }: TopicKey, view: ViewName): string {
  return `${org}:${topic}:${view}`;
}

/**
 * Sends a frame to everybody in a room on this node. One room and no exception: only such broadcasts take the
 * engine's own publish path instead of walking the sockets.
 */
export function broadcastFrame(io: Server, key: TopicKey, view: ViewName, frame: Frame): void {
  io.local.to(roomOf(key, view)).emit('event', frame);
}
