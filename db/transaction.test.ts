import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connect } from './connect.ts';
import { createTestDatabase } from './testing/test-database.ts';
import { inOrganisation, snapshotOf, together } from './transaction.ts';

/** A stretch of network before a database, whose connections can be reset. */
async function startNetwork(target: URL): Promise<{ url: string; reset(): void; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connectSocket(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  const reset = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: url.href,
    reset,
    close() {
      reset();
      server.close();
    },
  };
}

test('INV-9.4 a pool whose connections were reset many times comes back as fast as after the first', {
  timeout: 90_000,
}, async () => {
  const database = await createTestDatabase();
  const network = await startNetwork(new URL(database.url));
  const sql = connect(network.url, { role: 'carewall_app', max: 4, name: 'carewall reset' });
  const ask = (): Promise<unknown> =>
    snapshotOf(sql, 'org', (connection) => connection`select pg_sleep(0.02)`.execute());
  let slowest = 0;
  for (let round = 0; round < 16; round += 1) {
    const asked = Array.from({ length: 8 }, () => ask().catch(() => undefined));
    // Some are under way by then, some not: a reset keeps to no moment, and any outcome is fine.
    await pause(10);
    network.reset();
    await Promise.all(asked);
    const began = performance.now();
    while (
      !(await ask().then(
        () => true,
        () => false,
      ))
    );
    slowest = Math.max(slowest, performance.now() - began);
  }
  expect(slowest).toBeLessThan(3_000);
  await sql.end({ timeout: 2 });
  network.close();
  await database.drop();
});

test('INV-9.4 however often its connections are lost, at whatever moment, the pool is whole again afterwards', {
  timeout: 90_000,
}, async () => {
  const database = await createTestDatabase();
  const sql = connect(database.url, { role: 'carewall_app', max: 6, name: 'carewall lost' });
  let killing = true;
  let done = 0;
  let failed = 0;

  async function worker(number: number): Promise<void> {
    for (let turn = 0; killing; turn += 1) {
      const work =
        (number + turn) % 3 === 0
          ? snapshotOf(sql, 'org', (connection) =>
              connection`select pg_sleep(${Math.random() / 50})`.execute(),
            )
          : inOrganisation(
              sql,
              'org',
              (connection) =>
                Promise.all([
                  connection`select pg_sleep(${Math.random() / 50})`.execute(),
                  connection`select count(*) from carewall.topics`.execute(),
                ]),
              async () => {
                if (turn % 7 === 0) throw new Error('a mistake of ours');
                return turn % 5 === 0
                  ? { abandon: undefined }
                  : {
                      commit: (connection) =>
                        Promise.all([
                          connection`select ${'x'.repeat(5_000)} as long`.execute(),
                          connection`select ${turn}::int as turn`.execute(),
                        ]),
                    };
              },
            );
      await work.then(
        () => {
          done += 1;
        },
        () => {
          failed += 1;
        },
      );
    }
  }

  const workers = Array.from({ length: 24 }, (_, number) => worker(number));
  for (let round = 0; round < 120; round += 1) {
    await database.owner`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'carewall lost' and random() < ${Math.random()}`;
    // The chance of the moment is what is tried here.
    await pause(Math.random() * 120);
  }
  killing = false;
  // Nobody is left without an answer …
  await Promise.all(workers);
  expect(done).toBeGreaterThan(10);
  expect(failed).toBeGreaterThan(10);
  // … and all connections are there to be used at once.
  await Promise.all(
    Array.from({ length: 6 }, () =>
      snapshotOf(sql, 'org', (connection) => connection`select pg_sleep(0.2)`.execute()),
    ),
  );
  await sql.end({ timeout: 2 });
  await database.drop();
});

test('of failures in one batch the one that caused the others is raised, whichever is heard of first', async () => {
  const failure = (code: string) => Object.assign(new Error(code), { code });
  const soon = Promise.reject(failure('25P02'));
  const late = new Promise((_resolve, reject) => setImmediate(() => reject(failure('23505'))));
  await expect(together([soon, Promise.resolve(1), late])).rejects.toMatchObject({ code: '23505' });
  await expect(together([Promise.reject(failure('25P02'))])).rejects.toMatchObject({ code: '25P02' });
  expect(await together([Promise.resolve(1), Promise.resolve('two')])).toEqual([1, 'two']);
});
