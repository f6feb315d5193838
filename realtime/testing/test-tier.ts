import { z } from 'zod';
import type { EngineName } from '../engine/engine.ts';
import { type RedisProcess, startRedis } from './redis-process.ts';
import { freePort, type ServerProcess, startServerProcess } from './server-process.ts';
import { startTestServer, type TestServer } from './test-server.ts';
import { until } from './until.ts';

/** Some nodes, one database, one Redis: one server. */
export interface TestTier {
  readonly nodes: ServerProcess[];
  readonly database: TestServer['database'];
  readonly redis: RedisProcess;
  readonly dataDir: string;
  /** The node that leads the relay now. */
  leader(): Promise<{ index: number; term: number }>;
  /** Starts a node again in the place of one that has ended. */
  restart(index: number): Promise<void>;
  close(): Promise<void>;
}

export async function startTestTier(
  engine: EngineName,
  count: number,
  options: { redis?: RedisProcess; environment?: Record<string, string>; keyRingFile?: string } = {},
): Promise<TestTier> {
  const redis = options.redis ?? (await startRedis());
  const { keyRingFile } = options;
  const environment = {
    REDIS_URL: redis.url,
    ...(keyRingFile === undefined ? {} : { KEY_RING_FILE: keyRingFile }),
    ...options.environment,
  };
  const first = await startTestServer(engine, environment, keyRingFile);
  const nodes: ServerProcess[] = [first.process()];
  const ports = new Map<number, { port: number; mllpPort: number }>();
  const start = async (index: number): Promise<ServerProcess> => {
    const own = ports.get(index) ?? { port: await freePort(), mllpPort: await freePort() };
    ports.set(index, own);
    return startServerProcess({
      databaseUrl: first.database.url,
      dataDir: first.dataDir,
      engine,
      environment,
      ...own,
    });
  };
  for (let index = 1; index < count; index += 1) nodes.push(await start(index));
  await until('every node is ready', async () =>
    (await Promise.all(nodes.map(async ({ url }) => (await fetch(`${url}/readyz`)).ok))).every(Boolean),
  );
  return {
    nodes,
    database: first.database,
    dataDir: first.dataDir,
    redis,
    async leader() {
      const rows = await first.database.owner`select node, term from carewall.relay`;
      const [row] = z.array(z.object({ node: z.string(), term: z.int() })).parse(rows);
      const index = nodes.findIndex(({ pid }) => row?.node.endsWith(`:${pid}`));
      return { index, term: row?.term ?? 0 };
    },
    async restart(index) {
      await nodes[index]?.ended;
      nodes[index] = index === 0 ? await first.restart() : await start(index);
    },
    async close() {
      for (const node of nodes.slice(1)) node.kill('SIGKILL');
      await Promise.all(nodes.slice(1).map(({ ended }) => ended));
      await first.close();
      await redis.close();
    },
  };
}
