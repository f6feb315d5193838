import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectMllp } from './client.ts';
import { createAddresses, createGate, createPace } from './limits.ts';
import { createMllpServer, type MllpServerOptions } from './server.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(options: Partial<MllpServerOptions>) {
  const server = createMllpServer({
    ...{
      host: '127.0.0.1',
      port: 0,
      maxConnections: 20,
      idleTimeoutMs: 60_000,
      halfMessageTimeoutMs: 60_000,
    },
    handle: async (bytes) => bytes,
    ...options,
  });
  cleanups.push(() => server.close(100));
  return (await server.listen()).port;
}

async function client(port: number) {
  const sender = await connectMllp({ host: '127.0.0.1', port });
  cleanups.push(() => sender.close());
  return sender;
}

describe('what connections may cost', () => {
  test('a gate lets so many through at once, and the others in their order', async () => {
    const gate = createGate(2);
    const opened: (() => void)[] = [];
    const order: number[] = [];
    const all = [0, 1, 2, 3].map((index) =>
      gate.pass(async () => {
        order.push(index);
        await new Promise<void>((resolve) => opened.push(resolve));
      }),
    );
    await vi.waitFor(() => expect(order).toEqual([0, 1]));
    opened[0]?.();
    await vi.waitFor(() => expect(order).toEqual([0, 1, 2]));
    opened[1]?.();
    opened[2]?.();
    await vi.waitFor(() => expect(opened).toHaveLength(4));
    opened[3]?.();
    await Promise.all(all);
    await expect(gate.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gate.pass(async () => 'still open')).toBe('still open');
  });

  test('a pace gives back in time what was spent', () => {
    let now = 0;
    const pace = createPace(10, () => now);
    expect(Array.from({ length: 10 }, () => pace.spend())).toEqual(new Array(10).fill(0));
    expect(pace.spend()).toBe(100);
    expect(pace.spend()).toBe(200);
    now += 300;
    expect(pace.spend()).toBe(0);
    now += 60_000;
    expect(Array.from({ length: 11 }, () => pace.spend()).at(-1)).toBe(100);
  });

  test('addresses are counted, and forgotten', () => {
    const addresses = createAddresses(1);
    expect([addresses.enter('a'), addresses.enter('a'), addresses.enter('b')]).toEqual([true, false, true]);
    addresses.leave('a');
    expect(addresses.enter('a')).toBe(true);
  });

  test('one address has so many connections and no more', async () => {
    const turnedAway = vi.fn();
    const port = await start({ maxConnectionsPerAddress: 1, hooks: { onTurnedAway: turnedAway } });
    const first = await client(port);
    expect(await first.send('in')).toBe('in');
    const second = connect({ host: '127.0.0.1', port }).on('error', () => undefined);
    await once(second.resume(), 'close');
    expect(turnedAway).toHaveBeenCalledTimes(1);
    await first.close();
    expect(await (await client(port)).send('free again')).toBe('free again');
  });

  test('over all connections so many messages are in hand', async () => {
    let inHand = 0;
    let most = 0;
    const port = await start({
      maxInHand: 3,
      handle: async (bytes) => {
        inHand += 1;
        most = Math.max(most, inHand);
        await new Promise((resolve) => setImmediate(resolve));
        inHand -= 1;
        return bytes;
      },
    });
    const senders = await Promise.all(Array.from({ length: 12 }, () => client(port)));
    await Promise.all(senders.flatMap((sender) => [sender.send('a'), sender.send('b'), sender.send('c')]));
    expect(most).toBe(3);
  });

  test('a sender that is too fast waits, loses nothing, and may go meanwhile', async () => {
    const handled: string[] = [];
    const port = await start({
      maxMessagesPerSecond: 20,
      handle: async (bytes) => {
        handled.push(bytes.toString());
        return bytes;
      },
    });
    const sender = await client(port);
    const texts = Array.from({ length: 24 }, (_, index) => `m${index}`);
    expect(await Promise.all(texts.map((text) => sender.send(text)))).toEqual(texts);
    expect(handled).toEqual(texts);
  });

  test('several answers to one message, or none', async () => {
    const port = await start({
      handle: async (bytes) =>
        Array.from({ length: Number(String(bytes)) }, (_, index) => Buffer.from(`${index}`)),
    });
    const sender = await client(port);
    const exchange = async (count: number) =>
      (await sender.exchange(Buffer.from(String(count)), { isEnough: ({ length }) => length === count })).map(
        String,
      );
    expect(await exchange(2)).toEqual(['0', '1']);
    expect(await exchange(0)).toEqual([]);
    expect(await exchange(1)).toEqual(['0']);
    expect(await sender.exchange(Buffer.from('0'), { quietMs: 20 })).toEqual([]);
    expect(await exchange(1)).toEqual(['0']);
  });
});
