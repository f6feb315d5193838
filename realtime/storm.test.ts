import type { Socket } from 'socket.io-client';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ask, connectSocket, signIn } from './testing/contract-client.ts';
import { startTestServer } from './testing/test-server.ts';
import { until } from './testing/until.ts';

const answerSchema = z.object({
  view: z.string(),
  epoch: z.string(),
  seq: z.int(),
  events: z.array(z.object({ seq: z.int() })),
});

test('INV-9.3 clients that come back at once cost readings by topic, not by client', {
  timeout: 90_000,
}, async () => {
  const server = await startTestServer('uws');
  try {
    const token = await signIn(server.url(), 'nurse');
    const topic = 'unit/ds/beds';
    const reads = async (): Promise<number> => {
      const text = await (await fetch(`${server.url()}/metrics`)).text();
      return [...text.matchAll(/^carewall_topic_reads_total\{.*\} (\d+)/gm)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
    };
    const first = await connectSocket(server.url(), token);
    const { view, epoch, seq } = answerSchema.parse(await ask(first, 'subscribe', { topic }));
    for (let n = 0; n < 30; n += 1) {
      const type = n % 2 === 0 ? 'bed.claim' : 'bed.release';
      await ask(first, 'command', { id: uuidv7(), type, data: { bed: 'ds-01' } });
    }
    first.disconnect();
    // A node that has just begun remembers nothing: whatever its clients have missed must come from the log.
    server.process().kill('SIGKILL');
    await server.restart();
    const before = await reads();
    const sockets = await Promise.all(Array.from({ length: 200 }, () => connectSocket(server.url(), token)));
    const answers = await Promise.all(
      sockets.map(async (socket, index) => {
        // Half of them know where they stood, each somewhere else; half know nothing.
        const after = index % 2 === 0 ? { after: { view, epoch, seq: seq + (index % 30) } } : {};
        return {
          from: index % 2 === 0 ? seq + (index % 30) : undefined,
          answer: await answered(socket, { topic, ...after }),
        };
      }),
    );
    for (const { from, answer } of answers) {
      if (!answer.ok) throw new Error(JSON.stringify(answer));
      const given = answerSchema.parse(answer);
      const head = given.events.at(-1)?.seq ?? given.seq;
      expect(head).toBe(seq + 30);
      if (from !== undefined)
        expect(given.events.map((event) => event.seq)).toEqual(range(from + 1, seq + 30));
    }
    // One reading each that reached further back than those before it, and one snapshot: not two hundred.
    expect((await reads()) - before).toBeLessThanOrEqual(31);
    for (const socket of sockets) socket.disconnect();
  } finally {
    await server.close();
  }
});

/** Asks as a client does: again where the node says that it cannot now, as it may in a storm. */
async function answered(socket: Socket, payload: object): ReturnType<typeof ask> {
  return until('the subscription is answered', async () => {
    const answer = await ask(socket, 'subscribe', payload);
    return !answer.ok && answer.error.code === 'unavailable' ? undefined : answer;
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
