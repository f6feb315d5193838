import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { snapshotSchema } from '#domain/protocol.ts';
import { connectSocket, createFollower, signIn } from './testing/contract-client.ts';
import { engines } from './testing/server-process.ts';
import { startTestServer } from './testing/test-server.ts';
import { until } from './testing/until.ts';

const answerSchema = z.object({ heads: z.array(z.object({ topic: z.string(), seq: z.int() })) });

describe.each(engines)('the death of the server on %s', (engine) => {
  test('INV-1.5 loses no acknowledged command, and every client catches up', {
    timeout: 90_000,
  }, async () => {
    const server = await startTestServer(engine);
    try {
      const token = await signIn(server.url(), 'nurse');
      const topics = ['unit/4w/beds', 'unit/4e/beds', 'unit/ds/beds'];
      const followers = topics.map((topic) => createFollower(topic));
      const socket = await connectSocket(server.url(), token);
      await Promise.all(followers.map((follower) => follower.attach(socket)));

      /** What was answered before the death, by the id of the command. */
      const acknowledged = new Map<string, { topic: string; seq: number }>();
      let dead = false;
      const writer = async (unit: string, first: number): Promise<void> => {
        for (let n = 0; !dead; n += 1) {
          const bed = `${unit}-${String(first + (n % 4)).padStart(2, '0')}`;
          const type = Math.floor(n / 4) % 2 === 0 ? 'bed.claim' : 'bed.release';
          const id = uuidv7();
          const response = await fetch(`${server.url()}/api/v1/commands`, {
            method: 'POST',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            body: JSON.stringify({ id, type, data: { bed } }),
          }).catch(() => undefined);
          if (response?.ok !== true) continue;
          const body: unknown = await response.json().catch(() => undefined);
          const head = answerSchema.safeParse(body).data?.heads[0];
          if (head !== undefined) acknowledged.set(id, head);
          if (acknowledged.size >= 150 && !dead) {
            // In the middle: the other writers have commands under way.
            dead = true;
            server.process().kill('SIGKILL');
          }
        }
      };
      await Promise.all([
        writer('4w', 1),
        writer('4w', 9),
        writer('4e', 1),
        writer('4e', 9),
        writer('ds', 1),
        writer('ds', 9),
      ]);
      await server.restart();

      const rows = await server.database.owner`
        select c.id, e.topic, e.seq from carewall.commands c
        join lateral jsonb_to_recordset(c.answer -> 'heads') as h(topic text, seq bigint) on true
        join carewall.events e on e.org_id = c.org_id and e.topic = h.topic and e.seq = h.seq
        where c.principal = 'demo-nurse'`;
      const durable = new Map(
        rows.map(({ id, topic, seq }) => [String(id), { topic: String(topic), seq: Number(seq) }]),
      );
      expect(acknowledged.size).toBeGreaterThanOrEqual(150);
      for (const [id, head] of acknowledged) expect(durable.get(id)).toEqual(head);

      const again = await connectSocket(server.url(), token);
      await Promise.all(followers.map((follower) => follower.attach(again)));
      for (const [index, topic] of topics.entries()) {
        const follower = followers[index];
        const response = await fetch(`${server.url()}/api/v1/topics/${encodeURIComponent(topic)}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        const { seq, state } = snapshotSchema.parse(await response.json());
        await until(`the client has all of ${topic}`, () => follower?.position()?.seq === seq);
        expect(follower?.state()).toEqual(state);
        expect(follower?.violations).toEqual([]);
      }
      socket.disconnect();
      again.disconnect();
    } finally {
      await server.close();
    }
  });

  test('INV-1.6 going in good order it tells its clients to move, and ends within 10 s', async () => {
    const server = await startTestServer(engine);
    try {
      const socket = await connectSocket(server.url(), await signIn(server.url(), 'nurse'));
      const drained: unknown[] = [];
      socket.on('drain', (notice: unknown) => {
        drained.push(notice);
        socket.disconnect();
      });
      const began = Date.now();
      server.process().kill('SIGTERM');
      expect(await server.process().ended).toBe(0);
      expect(Date.now() - began).toBeLessThan(10_000);
      expect(drained).toEqual([{ within: expect.any(Number) }]);
    } finally {
      await server.close();
    }
  });
});
