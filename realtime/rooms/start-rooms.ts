import type { Server } from 'socket.io';
import { stores } from '#db/stores/stores.ts';
import type { ClientAddresses } from '../engine/engine.ts';
import type { NodeContext } from '../node-context.ts';
import type { Store } from '../open-store.ts';
import type { Bus } from '../relay/bus.ts';
import type { SessionRegistry } from '../session/session-registry.ts';
import { startCatchUp } from './catch-up.ts';
import { createHeads } from './heads.ts';
import { createRightsWatch } from './rights-watch.ts';
import { broadcastFrame } from './rooms.ts';
import { createSequencers } from './sequencers.ts';
import type { SharedStates } from './shared-states.ts';
import { createSockets, type Sockets } from './sockets.ts';
import { createSubscriptions } from './subscribe.ts';
import { createTopicPaths } from './topic-paths.ts';

export interface RoomsOptions {
  readonly io: Server;
  readonly bus: Bus;
  readonly registry: SessionRegistry;
  readonly clients: ClientAddresses;
  readonly sharedStates: SharedStates;
}

/** Starts what stands between the bus and the sockets: order, rooms, subscriptions, heads, and rights as they change. */
export function startRooms(node: NodeContext, store: Store, options: RoomsOptions): Sockets {
  const { log, metrics, lifecycle, onFault } = node;
  const { databases, vault, commands, reads, refusals } = store;
  const { io, bus, registry, clients, sharedStates } = options;
  const sequencers = createSequencers({
    sql: databases.relay,
    vault,
    bus,
    maySend: () => registry.fresh(),
    broadcast: (key, view, frame) => {
      metrics.broadcasts.inc({ view });
      broadcastFrame(io, key, view, frame);
    },
    metrics,
    onFault: onFault('sequencer'),
  });
  lifecycle.onStop('sequencers', 500, () => sequencers.stop());
  const catchUp = startCatchUp({
    sql: databases.relay,
    sequencers,
    isFed: () => bus.isConnected() && Date.now() - bus.canaryAt() < 1_500,
    everyMs: 300,
    onFault: onFault('catch-up'),
  });
  bus.onReconnected(catchUp.now);
  lifecycle.onStop('catch-up', 500, () => catchUp.stop());
  const pathOf = createTopicPaths(databases.relay);
  const subscriptions = createSubscriptions({
    sharedStates,
    pathOf,
    sqlApp: databases.app,
    sqlRelay: databases.relay,
    vault,
    stores,
    sequencers,
    metrics,
  });
  const heads = createHeads({
    io,
    sql: databases.relay,
    sequencers,
    everyMs: 2_000,
    onNewHistory: () => {
      log.warn('the database has begun another history');
      sequencers.reset();
      io.local.disconnectSockets(true);
    },
    onFault: onFault('heads'),
  });
  const sockets = createSockets({
    io,
    heads,
    subscriptions,
    sequencers,
    commands,
    metrics,
    reads,
    refusals,
    authenticate: registry.authenticate,
    addressOf: clients.ofSocket,
    rightsKnown: () => registry.freshWithin(2_000),
    rightsLatest: () => registry.latestWithin(2_000),
    mayShow: registry.isFresh,
    confirm: (connection) => watchRights.confirm(connection),
    onFault: onFault('socket'),
    mostConnections: 20_000,
    mostPerAddress: 20_000,
  });
  lifecycle.onStop('sockets', 500, () => sockets.stop());
  const watchRights = createRightsWatch({
    connections: sockets.connections,
    read: registry.read,
    pathOf,
    onFault: onFault('rights'),
  });
  registry.onChange(watchRights.onChange);
  heads.start();
  lifecycle.onStop('heads', 500, () => heads.stop());
  return sockets;
}
