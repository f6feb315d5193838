import { hostname } from 'node:os';
import { join } from 'node:path';
import { createBell, hearBell } from '#db/bell.ts';
import { createCommandRunner } from '#db/command-runner.ts';
import { openDatabases } from '#db/databases.ts';
import { demoPassword } from '#db/demo/demo-network.ts';
import { seedInhabitedDemo } from '#db/demo/seed-demo.ts';
import { startEmbeddedPostgres } from '#db/embedded/embedded-postgres.ts';
import { erasedPrincipal } from '#db/erasure.ts';
import { openKeyRing } from '#db/key-ring.ts';
import { migrate } from '#db/migrate.ts';
import { packageRoot } from '#db/package-root.ts';
import { createProjector } from '#db/projector.ts';
import { createLedLog, createOwnLog } from '#db/relay-log.ts';
import { stores } from '#db/stores/stores.ts';
import { createVault } from '#db/vault.ts';
import { createJournal } from './audit/journal.ts';
import { createReadAudit } from './audit/reads.ts';
import { createRefusalAudit } from './audit/refusals.ts';
import { startDueCommands } from './due.ts';
import { createClientAddresses, createEngine } from './engine/engine.ts';
import { startHistoryUpkeep } from './history-upkeep.ts';
import { createAllowedOrigins } from './http/allowed-origins.ts';
import { securityHeaders } from './http/headers.ts';
import { createHttpApp, type Fetch } from './http/http-app.ts';
import { loadStaticFiles } from './http/static-files.ts';
import { createIngest } from './ingest/ingest.ts';
import { startKeyRingWatch } from './key-ring-watch.ts';
import { createLifecycle } from './lifecycle.ts';
import { faultFields, type Logger } from './log.ts';
import { createMetrics, type StageMetrics } from './metrics.ts';
import { parts } from './parts.ts';
import { startProjections } from './projections.ts';
import { type Check, seenWithin } from './readiness.ts';
import { type Bus, createLocalBus } from './relay/bus.ts';
import type { RedisLink } from './relay/redis.ts';
import { createRedisBus } from './relay/redis-bus.ts';
import { createRelay } from './relay/relay.ts';
import { joinVolatileTier } from './relay/volatile.ts';
import { startCarryingOn } from './rooms/carrying-on.ts';
import { startCatchUp } from './rooms/catch-up.ts';
import type { Identified } from './rooms/connection.ts';
import { createHeads } from './rooms/heads.ts';
import { createRightsWatch } from './rooms/rights-watch.ts';
import { broadcastFrame } from './rooms/rooms.ts';
import { createSequencers } from './rooms/sequencers.ts';
import { createSharedStates } from './rooms/shared-states.ts';
import { createSockets } from './rooms/sockets.ts';
import { createSubscriptions } from './rooms/subscribe.ts';
import { createTopicPaths } from './rooms/topic-paths.ts';
import { createSession } from './session/session.ts';
import { createNetworks } from './setting-lists.ts';
import type { Settings } from './settings.ts';

/** A server that is serving. */
export interface RunningServer {
  readonly url: string;
  readonly mllpPort: number | undefined;
  readonly mllpTlsPort: number | undefined;
  /** Drains and stops, within 10 s. */
  stop(): Promise<void>;
}

/** Constructs and wires everything, and starts it in the order in which it depends on each other. */
export async function startServer(settings: Settings, log: Logger): Promise<RunningServer> {
  const lifecycle = createLifecycle(log);
  try {
    return await start(settings, log, lifecycle);
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function start(
  settings: Settings,
  log: Logger,
  lifecycle: ReturnType<typeof createLifecycle>,
): Promise<RunningServer> {
  const metrics = createMetrics();
  const onFault = (stage: string) => (error: unknown) => {
    metrics.faults.inc({ stage });
    log.warn({ stage, ...faultFields(error) }, 'a step of the path failed');
  };

  const databaseUrl = settings.databaseUrl ?? (await embedded(settings, lifecycle));
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) log.info({ applied }, 'the database is migrated');
  const ring = await openKeyRing(settings.keyRing);
  const databases = openDatabases(databaseUrl);
  lifecycle.onStop('databases', 3_000, () => databases.end());
  const vault = createVault(databases.vault, ring);

  const journal = createJournal({ sql: databases.identity, onFault: onFault('audit') });
  const reads = createReadAudit(journal);
  const refusals = createRefusalAudit({ journal });
  lifecycle.onStop('audit', 2_000, () => refusals.stop());

  const bell = createBell(databases.bell, { everyMs: 4, onFault: onFault('bell') });
  const commands = createCommandRunner({
    sql: databases.app,
    stores,
    keys: { vault, ring },
    onCommit: bell.ring,
    onRetry: () => metrics.commandRetries.inc(),
    onUnaudited: ({ principal, session }, action, { code }) =>
      refusals.refused({ principal, session, action, code }),
    onFault: onFault('command'),
  });

  let tellOthers: () => void = () => undefined;
  const session = await createSession({
    databases,
    ring,
    publicUrl: () => publicUrl(),
    log,
    onSignedOut: () => tellOthers(),
  });
  if (settings.demo) {
    await seedInhabitedDemo(databases, commands, await session.hashPassword(demoPassword));
  }
  session.registry.onChange(({ principal }) => {
    if (principal === erasedPrincipal) vault.forget();
  });
  session.registry.start();
  lifecycle.onStop('session', 1_000, () => session.registry.stop());

  const { bus, tier } = openBus(settings, metrics, onFault('bus'));
  lifecycle.onStop('bus', 1_000, () => bus.stop());
  const relay = createRelay({
    log:
      settings.redisUrl === undefined
        ? createOwnLog(databases.relay)
        : createLedLog(databaseUrl, `${hostname()}:${process.pid}`, { patienceMs: 1_000 }),
    publish(term, event) {
      bus.publish(term, event);
      metrics.relayed.inc();
      metrics.commitToRelay.observe((Date.now() - Date.parse(event.at)) / 1000);
    },
    publishCanary: bus.publishCanary,
    pollMs: 200,
    beatMs: 350,
    claimMs: 250,
    batch: 1_000,
    clock: Date.now,
    onFault: onFault('relay'),
    onLead: (term) => log.info({ term }, 'this node leads the relay'),
  });
  relay.start();
  lifecycle.onStop('relay', 2_000, () => relay.stop());
  await hearBell(databases.bell, relay.wake);

  const ringWatch = startKeyRingWatch({
    sql: databases.relay,
    ring,
    node: `${hostname()}:${process.pid}`,
    everyMs: 5_000,
    onFault: onFault('key ring'),
  });
  process.on('SIGHUP', ringWatch.look);
  lifecycle.onStop('key ring', 1_000, () => {
    process.off('SIGHUP', ringWatch.look);
    return ringWatch.stop();
  });

  let address = { host: settings.host, port: settings.port };
  const publicUrl = (): string => settings.publicUrl ?? `http://localhost:${address.port}`;
  const checks: Check[] = [
    // From Postgres through the relay and the bus to this node.
    seenWithin('path', 1_500, bus.canaryAt),
    seenWithin('rights', 1_500, session.registry.freshAt),
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
    authenticate: session.registry.authenticate,
    metrics,
    log,
    onFault: onFault('ingest'),
  });
  let connected: () => Iterable<Identified> = () => [];
  const started = await Promise.all(
    parts.map((start) =>
      start({
        settings,
        databases,
        databaseUrl,
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
  const carrying = startCarryingOn({ sharedStates, everyMs: 5_000, onFault: onFault('shared states') });
  lifecycle.onStop('shared states', 1_000, () => carrying.stop());
  const origins = createAllowedOrigins(publicUrl, settings.corsOrigins);
  const clients = createClientAddresses(createNetworks(settings.trustedProxies));
  const fetch: Fetch = createHttpApp({
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
    authenticate: session.registry.authenticate,
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

  const sequencers = createSequencers({
    sql: databases.relay,
    vault,
    bus,
    maySend: () => session.registry.fresh(),
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
  tier
    .then((link) => {
      joinVolatileTier(io, link);
      io.on('rights', session.registry.look);
      tellOthers = () => io.serverSideEmit('rights');
    })
    .catch(onFault('volatile'));
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
    authenticate: session.registry.authenticate,
    addressOf: clients.ofSocket,
    rightsKnown: () => session.registry.freshWithin(2_000),
    rightsLatest: () => session.registry.latestWithin(2_000),
    mayShow: session.registry.isFresh,
    confirm: (connection) => watchRights.confirm(connection),
    onFault: onFault('socket'),
    mostConnections: 20_000,
    mostPerAddress: 20_000,
  });
  connected = () => [...sockets.connections()].map((connection) => connection.identified());
  lifecycle.onStop('sockets', 500, () => sockets.stop());
  const watchRights = createRightsWatch({
    connections: sockets.connections,
    read: session.registry.read,
    pathOf,
    onFault: onFault('rights'),
  });
  session.registry.onChange(watchRights.onChange);
  heads.start();
  lifecycle.onStop('heads', 500, () => heads.stop());
  const due = startDueCommands({
    sql: databases.relay,
    stores,
    commands,
    everyMs: 1_000,
    onFault: onFault('due'),
  });
  lifecycle.onStop('due commands', 2_000, () => due.stop());
  const projections = startProjections({
    projector: createProjector({
      sqlApp: databases.app,
      sqlRelay: databases.relay,
      vault,
      stores,
      everyMs: 1_000,
    }),
    everyMs: 100,
    onAppended: bell.ring,
    onFault: onFault('projections'),
  });
  lifecycle.onStop('projections', 2_000, () => projections.stop());
  const upkeep = startHistoryUpkeep({
    sql: databases.relay,
    keepDays: settings.historyDays,
    everyMs: 3_600_000,
    onDropped: (dropped) => log.info({ dropped }, 'old months of the history are dropped'),
    onFault: onFault('upkeep'),
  });
  lifecycle.onStop('upkeep', 2_000, () => upkeep.stop());

  address = { ...address, ...(await engine.listen(address)) };
  lifecycle.onStop('engine', 2_500, () => engine.close(2_000));
  lifecycle.onStop('drain', 2_500, async () => {
    await engine.stopListening();
    sockets.drain(1_500);
    await emptied(sockets.connections, 2_000);
  });
  log.info({ engine: engine.name, why: engine.why, ...address }, 'listening');

  const ports = await ingest.open();
  lifecycle.onStop('ingest', 2_500, () => ingest.close());
  return { url: `http://${urlHost(address.host)}:${address.port}`, ...ports, stop: lifecycle.stop };
}

/** The bus of this node, and Redis itself once it is there: never, for a node that is alone. */
function openBus(
  { redisUrl, redisCa }: Settings,
  metrics: StageMetrics,
  onFault: (error: unknown) => void,
): { bus: Bus; tier: Promise<RedisLink> } {
  let found: (link: RedisLink) => void = () => undefined;
  const tier = new Promise<RedisLink>((resolve) => {
    found = resolve;
  });
  if (redisUrl === undefined) return { bus: createLocalBus(), tier };
  const bus = createRedisBus({
    url: redisUrl,
    ca: redisCa,
    onFault,
    onPublishFailed: () => metrics.publishFailed.inc(),
    onStaleTerm: () => metrics.staleTerm.inc(),
    onLink: found,
  });
  return { bus, tier };
}

async function embedded(settings: Settings, lifecycle: ReturnType<typeof createLifecycle>): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir: settings.dataDir });
  lifecycle.onStop('postgres', 10_000, () => postgres.stop());
  return postgres.url;
}

async function emptied(connections: () => Iterable<unknown>, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline && [...connections()].length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
