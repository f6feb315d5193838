import { afterEach, describe, expect, test } from 'vitest';
import { connectMllp } from './client.ts';
import { createMllpServer, type MllpServer } from './server.ts';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(
  handle: (bytes: Buffer) => Promise<Buffer>,
): Promise<{ server: MllpServer; port: number }> {
  const server = createMllpServer({
    host: '127.0.0.1',
    port: 0,
    maxConnections: 5,
    idleTimeoutMs: 60_000,
    halfMessageTimeoutMs: 60_000,
    handle,
  });
  const { port } = await server.listen();
  cleanups.push(() => server.close(100));
  return { server, port };
}

describe('the MLLP client', () => {
  test('sends calls one after the other and gives each its own answer, in UTF-8', async () => {
    const { port } = await start(async (bytes) => bytes);
    const sender = await connectMllp({ host: '127.0.0.1', port });
    const texts = ['one', 'hai: Đỗ Thị Hương', 'three'];
    expect(await Promise.all(texts.map((text) => sender.send(text)))).toEqual(texts);
    await sender.close();
    await expect(sender.send('four')).rejects.toMatchObject({ code: 'closed' });
  });

  test('an answer that is late ends the connection', async () => {
    const { port } = await start(() => new Promise<Buffer>(() => undefined));
    const sender = await connectMllp({ host: '127.0.0.1', port, ackTimeoutMs: 30 });
    await expect(sender.send('one')).rejects.toMatchObject({ code: 'timeout' });
    await expect(sender.send('two')).rejects.toMatchObject({ code: 'closed' });
  });

  test('no server is refused', async () => {
    const { server, port } = await start(async (bytes) => bytes);
    await server.close(0);
    await expect(connectMllp({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'refused' });
  });
});
