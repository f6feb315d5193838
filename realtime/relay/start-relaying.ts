import { hearBell } from '#db/bell.ts';
import { createLedLog, createOwnLog } from '#db/relay-log.ts';
import type { NodeContext } from '../node-context.ts';
import type { Store } from '../open-store.ts';
import { type Bus, createLocalBus } from './bus.ts';
import type { RedisLink } from './redis.ts';
import { createRedisBus } from './redis-bus.ts';
import { createRelay } from './relay.ts';

/** The path from the log to every node. */
export interface Relaying {
  readonly bus: Bus;
  /** Redis itself once it is there: never, for a node that is alone. */
  readonly tier: Promise<RedisLink>;
}

/** Starts the bus of this node and its relay, which publishes the log where this node leads. `name` tells it from others. */
export async function startRelaying(node: NodeContext, store: Store, name: string): Promise<Relaying> {
  const { settings, log, metrics, lifecycle, onFault } = node;
  const { databases, databaseUrl } = store;
  const { bus, tier } = openBus(node);
  lifecycle.onStop('bus', 1_000, () => bus.stop());
  const relay = createRelay({
    log:
      settings.redisUrl === undefined
        ? createOwnLog(databases.relay)
        : createLedLog(databaseUrl, name, { patienceMs: 1_000 }),
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
  return { bus, tier };
}

function openBus({ settings: { redisUrl, redisCa }, metrics, onFault }: NodeContext): Relaying {
  let found: (link: RedisLink) => void = () => undefined;
  const tier = new Promise<RedisLink>((resolve) => {
    found = resolve;
  });
  if (redisUrl === undefined) return { bus: createLocalBus(), tier };
  const bus = createRedisBus({
    url: redisUrl,
    ca: redisCa,
    onFault: onFault('bus'),
    onPublishFailed: () => metrics.publishFailed.inc(),
    onStaleTerm: () => metrics.staleTerm.inc(),
    onLink: found,
  });
  return { bus, tier };
}
