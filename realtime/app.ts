import { hostname } from 'node:os';
import { join } from 'node:path';
import { demoPassword } from '#db/demo/demo-network.ts';
import { seedInhabitedDemo } from '#db/demo/seed-demo.ts';
import { erasedPrincipal } from '#db/erasure.ts';
import { packageRoot } from '#db/package-root.ts';
import { stores } from '#db/stores/stores.ts';
import { startBackground } from './background.ts';
import { createClientAddresses, createEngine } from './engine/engine.ts';
import { createAllowedOrigins } from './http/allowed-origins.ts';
import { securityHeaders } from './http/headers.ts';
import { createHttpApp } from './http/http-app.ts';
import { loadStaticFiles } from './http/static-files.ts';
import { createIngest } from './ingest/ingest.ts';
import { startKeyRingWatch } from './key-ring-watch.ts';
import { createLifecycle } from './lifecycle.ts';
import { listen, type RunningServer } from './listen.ts';
import { faultFields, type Logger } from './log.ts';
import { createMetrics } from './metrics.ts';
import type { NodeContext } from './node-context.ts';
import { openStore } from './open-store.ts';
import { parts } from './parts.ts';
import { type Check, seenWithin } from './readiness.ts';
import { startRelaying } from './relay/start-relaying.ts';
import { joinVolatileTier } from './relay/volatile.ts';
import type { Identified } from './rooms/connection.ts';
import { createSharedStates } from './rooms/shared-states.ts';
import { startRooms } from './rooms/start-rooms.ts';
import { startRounds } from './rounds.ts';
import { createSession } from './session/session.ts';
import { createNetworks } from './setting-lists.ts';
import type { Settings } from './settings.ts';

/**
 * Constructs and wires everything, and starts it in the order in which it depends on each other. Raises where it cannot,
 * with everything stopped that had been started.
 */
export async function startServer(settings: Settings, log: Logger): Promise<RunningServer> {
  const metrics = createMetrics();
  const lifecycle = createLifecycle(log);
  const onFault = (stage: string) => (error: unknown) => {
    metrics.faults.inc({ stage });
    log.warn({ stage, ...faultFields(error) }, 'a step of the path failed');
  };
  try {
    return await start({ settings, log, metrics, lifecycle, onFault });
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function start(node: NodeContext): Promise<RunningServer> {
  const { settings, log, metrics, lifecycle, onFault } = node;
  const store = await openStore(node);
  const { databases, ring, vault, commands, reads, refusals, bell } = store;

  const address = { host: settings.host, port: settings.port };
  const publicUrl = (): string => settings.publicUrl ?? `http://localhost:${address.port}`;
  let tellOthers: () => void = () => undefined;
  const session = await createSession({
    databases,
    ring,
    publicUrl,
    log,
    onSignedOut: () => tellOthers(),
  });
  const { registry } = session;
  if (settings.demo) {
    await seedInhabitedDemo(databases, commands, await session.hashPassword(demoPassword));
  }
  registry.onChange(({ principal }) => {
    if (principal === erasedPrincipal) vault.forget();
  });
  registry.start();
  lifecycle.onStop('session', 1_000, () => registry.stop());

  const name = `${hostname()}:${process.pid}`;
  const { bus, tier } = await startRelaying(node, store, name);
  const ringWatch = startKeyRingWatch({
    sql: databases.relay,
    ring,
    node: name,
    everyMs: 5_000,
    onFault: onFault('key ring'),
  });
  process.on('SIGHUP', ringWatch.look);
  lifecycle.onStop('key ring', 1_000, () => {
    process.off('SIGHUP', ringWatch.look);
    return ringWatch.stop();
  });

  const checks: Check[] = [
    // From Postgres through the relay and the bus to this node.
    seenWithin('path', 1_500, bus.canaryAt),
    seenWithin('rights', 1_500, registry.freshAt),
    ringWatch.check,
  ];
  const files = await loadStaticFiles(join(packageRoot(), 'dist', 'web'));
  const ingest = createIngest({
    host: settings.host,
    mllpPort: settings.mllpPort,
    mllpTls: settings.mllpTls,
    demo: settings.demo,
    databases,
    vault,
    commands,
    authenticate: registry.authenticate,
    metrics,
    log,
    onFault: onFault('ingest'),
  });
  let connected: () => Iterable<Identified> = () => [];
  const started = await Promise.all(
    parts.map((startPart) =>
      startPart({
        settings,
        databases,
        databaseUrl: store.databaseUrl,
        ring,
        vault,
        commands,
        session,
        publicUrl,
        log,
        metrics,
        onFault: onFault('part'),
        connected: () => connected(),
        onAppended: bell.ring,
      }),
    ),
  );
  for (const part of started) lifecycle.onStop(part.name, 2_500, async () => part.stop?.());
  const sharedStates = createSharedStates({
    sqlApp: databases.app,
    sqlRelay: databases.relay,
    vault,
    stores,
    metrics,
  });
  const carrying = startRounds({
    round: sharedStates.carryOn,
    everyMs: 5_000,
    onFault: onFault('shared states'),
  });
  lifecycle.onStop('shared states', 1_000, () => carrying.stop());
  const origins = createAllowedOrigins(publicUrl, settings.corsOrigins);
  const clients = createClientAddresses(createNetworks(settings.trustedProxies));
  const fetch = createHttpApp({
    sharedStates,
    ingest: ingest.routes,
    parts: started,
    sqlApp: databases.app,
    sqlRelay: databases.relay,
    vault,
    stores,
    commands,
    reads,
    refusals,
    authenticate: registry.authenticate,
    session: session.routes,
    files,
    checks,
    metrics,
    publicUrl,
    origins,
    log,
  });

  const engine = await createEngine({
    prefer: settings.engine,
    fetch,
    maxRequestBytes: 1024 * 1024,
    requestTimeoutMs: 10_000,
    maxSocketBufferBytes: 1024 * 1024,
    onError: onFault('http'),
    clients,
    headers: () => securityHeaders({ publicUrl: publicUrl(), frameAncestors: settings.frameAncestors }),
    socket: {
      maxHttpBufferSize: 1024 * 1024,
      pingInterval: 10_000,
      pingTimeout: 8_000,
      connectTimeout: 10_000,
      cors: {
        origin: (origin, decide) => decide(null, origin !== undefined && origins.has(origin)),
        credentials: true,
      },
      allowRequest: (request, decide) => decide(null, origins.mayConnect(request.headers)),
    },
  });
  const { io } = engine;
  tier
    .then((link) => {
      joinVolatileTier(io, link);
      io.on('rights', registry.look);
      tellOthers = () => io.serverSideEmit('rights');
    })
    .catch(onFault('volatile'));
  const sockets = startRooms(node, store, { io, bus, registry, clients, sharedStates });
  connected = () => [...sockets.connections()].map((connection) => connection.identified());
  startBackground(node, store);
  return listen(node, { engine, sockets, ingest, address });
}
