import type { Server, Socket } from 'socket.io';
import type { Database } from '#db/connect.ts';
import { readHeads, type TopicKey } from '#db/event-log.ts';
import { channelOf } from '../relay/bus.ts';
import type { Connection } from './connection.ts';
import type { Sequencers } from './sequencers.ts';

/**
 * Tells every socket, every 2 s, how far its topics have got, as Postgres has it: so even the loss of a last message
 * is noticed. Sockets with the same topics share a room, so that a wall of them costs one message to encode.
 */
export interface Heads {
  start(): void;
  /** Called when a socket's topics have changed. */
  regroup(connection: Connection): void;
  forget(socket: Socket): void;
  stop(): void;
}

export interface HeadsOptions {
  readonly io: Server;
  readonly sql: Database;
  readonly sequencers: Sequencers;
  readonly everyMs: number;
  /** Called when the database has begun another history. */
  readonly onNewHistory: () => void;
  readonly onFault: (error: unknown) => void;
}

interface Group {
  readonly room: string;
  readonly keys: readonly TopicKey[];
  members: number;
}

export function createHeads(options: HeadsOptions): Heads {
  const { io, sql, sequencers } = options;
  const groups = new Map<string, Group>();
  const groupOf = new Map<string, Group>();
  let timer: NodeJS.Timeout | undefined;
  let epoch: string | undefined;

  function leave(socket: Socket): void {
    const group = groupOf.get(socket.id);
    if (group === undefined) return;
    groupOf.delete(socket.id);
    socket.leave(group.room);
    group.members -= 1;
    if (group.members === 0) groups.delete(group.room);
  }

  async function beat(): Promise<void> {
    const keys = new Map(
      [...groups.values()].flatMap(({ keys }) => keys.map((key) => [channelOf(key), key] as const)),
    );
    const read = await readHeads(sql, [...keys.values()]);
    if (epoch !== undefined && epoch !== read.epoch) options.onNewHistory();
    epoch = read.epoch;
    const seqs = new Map(read.heads.map((head) => [channelOf(head), head.seq]));
    for (const sequencer of sequencers.live()) {
      const head = seqs.get(channelOf(sequencer.key));
      // This node may be the one that is behind: what no message brought is in the log.
      if (head !== undefined && head > sequencer.last()) sequencer.reach(head).catch(options.onFault);
    }
    for (const { room, keys: own } of groups.values()) {
      // A topic that was joined while the heads were read is told of with the next.
      const known = own.flatMap((key) => {
        const seq = seqs.get(channelOf(key));
        return seq === undefined ? [] : [[key.topic, seq] as const];
      });
      io.local.to(room).emit('heads', { at: read.at, heads: Object.fromEntries(known) });
    }
  }

  function schedule(): void {
    timer = setTimeout(() => {
      beat()
        // A beat that fails is not sent: to those who wait for it, silence says that nobody knows.
        .catch(options.onFault)
        .finally(() => {
          if (timer !== undefined) schedule();
        });
    }, options.everyMs);
  }

  return {
    start: schedule,
    regroup({ socket, identified, topics }) {
      leave(socket);
      if (!socket.connected) return;
      const { org } = identified().principal;
      const names = [...topics().keys()].sort();
      const room = `heads:${org}:${names.join(' ')}`;
      const group = groups.get(room) ?? { room, keys: names.map((topic) => ({ org, topic })), members: 0 };
      groups.set(room, group);
      group.members += 1;
      groupOf.set(socket.id, group);
      socket.join(room);
    },
    forget: leave,
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
