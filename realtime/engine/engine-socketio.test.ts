import { beforeEach, describe, expect, it } from 'vitest';
import { disconnected, engineFixture, told } from './testing/engine-fixture.ts';
import type { StartedEngine } from './testing/started-engine.ts';

const { start, raw, client } = engineFixture();

describe.each(['uws', 'node'] as const)('Socket.IO on %s', (name) => {
  let engine: StartedEngine & { port: number };
  let at: string;
  beforeEach(async () => {
    engine = await start({ prefer: name });
    at = `http://127.0.0.1:${engine.port}`;
  });

  it('broadcasts to a room alone, each to each once', async () => {
    const [inside, other, leaver] = await Promise.all([
      client(engine.port),
      client(engine.port),
      client(engine.port),
    ]);
    await inside.emitWithAck('join', 'a');
    await other.emitWithAck('join', 'b');
    await leaver.emitWithAck('join', 'a');
    await leaver.emitWithAck('leave', 'a');

    const strays: unknown[] = [];
    for (const socket of [other, leaver]) socket.on('told', (what) => strays.push(what));
    const heard = told(inside, 2);
    other.emit('tell', 'a', 'one', { bed: 1 });
    other.emit('tell', 'a', Buffer.from([1, 2, 3]));
    expect(await heard).toEqual([['one', { bed: 1 }], [Buffer.from([1, 2, 3])]]);

    await Promise.all([other.emitWithAck('who'), leaver.emitWithAck('who')]);
    expect(strays).toEqual([]);
  });

  it('keeps the order of broadcasts and of what is sent to one', async () => {
    const socket = await client(engine.port);
    await socket.emitWithAck('join', 'a');
    const heard = told(socket, 400);
    for (let n = 0; n < 100; n += 1) socket.emit('order', 'a');
    expect((await heard).flat()).toEqual(Array.from({ length: 400 }, (_, n) => (n % 4) + 1));
  });

  it(`${name === 'uws' ? 'publishes natively' : 'sends packet by packet'} to one room`, async () => {
    const sockets = await Promise.all(Array.from({ length: 5 }, () => client(engine.port)));
    await Promise.all(sockets.map((socket) => socket.emitWithAck('join', 'a')));
    const [first] = sockets;
    const before = await first?.emitWithAck('who');
    const heard = sockets.map((socket) => told(socket, 3));
    for (let n = 0; n < 3; n += 1) first?.emit('tell', 'a', n);
    await Promise.all(heard);
    const after = await first?.emitWithAck('who');
    // One packet is the acknowledgement of the first `who`.
    expect(after.packets - before.packets).toBe(name === 'uws' ? 1 : 1 + 15);
  });

  it('keeps binary content past the turn in which it came', async () => {
    const socket = await client(engine.port);
    const content = Buffer.from(Array.from({ length: 100_000 }, (_, n) => n % 256));
    const answer: Buffer = await socket.emitWithAck('echo', { update: content, text: 'é€😀' });
    expect(answer).toEqual({ update: content, text: 'é€😀' });
  });

  it('knows the address and the Origin of a client, over WebSocket and long polling', async () => {
    for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']]) {
      const socket = await client(engine.port, { transports, origin: 'https://wall.example' });
      expect(await socket.emitWithAck('who')).toMatchObject({
        address: '127.0.0.1',
        origin: 'https://wall.example',
      });
    }
  });

  it('refuses another Origin, over WebSocket and long polling', async () => {
    for (const transports of [['websocket'], ['polling']]) {
      await expect(client(engine.port, { transports, origin: 'https://evil.example' })).rejects.toThrow();
    }
    expect((await client(engine.port)).connected).toBe(true);
  });

  it('serves long polling: rooms, binary, the upgrade, CORS, no client bundle', async () => {
    const [polling, upgrading] = await Promise.all([
      client(engine.port, { transports: ['polling'] }),
      client(engine.port, { transports: ['polling', 'websocket'] }),
    ]);
    await upgrading.emitWithAck('join', 'a');
    await polling.emitWithAck('join', 'a');
    if (upgrading.io.engine.transport.name === 'polling') {
      await new Promise((resolve) => upgrading.io.engine.once('upgrade', resolve));
    }
    const heard = [told(polling, 1), told(upgrading, 1)];
    upgrading.emit('tell', 'a', Buffer.from([7]));
    expect(await Promise.all(heard)).toEqual([[[Buffer.from([7])]], [[Buffer.from([7])]]]);

    const preflight = await fetch(`${at}/socket.io/?EIO=4&transport=polling`, {
      method: 'OPTIONS',
      headers: { origin: 'https://wall.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://wall.example');
    expect((await fetch(`${at}/socket.io/socket.io.js`)).status).not.toBe(200);
    expect((await fetch(`${at}/socket.io/?EIO=4&transport=websocket`)).status).toBe(400);
  });

  it('survives clients that go while they are being judged, or take over a session', async () => {
    const upgrade = (query: string) =>
      `GET /socket.io/?EIO=4&transport=websocket${query} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n` +
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    const hasty = Array.from({ length: 20 }, () => raw(engine.port));
    for (const one of hasty) one.socket.write(upgrade(''), () => one.socket.resetAndDestroy());
    await Promise.all(hasty.map((one) => one.untilClosed()));

    const owner = await client(engine.port);
    const [probing, second] = [raw(engine.port), raw(engine.port)];
    probing.send(upgrade(`&sid=${owner.io.engine.id}`));
    expect(await probing.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 101 /);
    second.send(upgrade(`&sid=${owner.io.engine.id}`));
    // Node closes with a frame, uWebSockets.js without a word.
    await second.until('\u0088');
    expect(await owner.emitWithAck('echo', 'still here')).toBe('still here');
  });

  it('disconnects only the sender of a message over the limit', async () => {
    const [loud, calm] = await Promise.all([client(engine.port), client(engine.port)]);
    const id = loud.id;
    const gone = disconnected(loud);
    loud.emit('echo', 'x'.repeat(300_000));
    await gone;
    await engine.next('disconnected', (notice) => notice.id === id);
    expect(await calm.emitWithAck('echo', 'here')).toBe('here');
  });

  it('closes a reader that stalls, and nobody else', async () => {
    const reader = await client(engine.port);
    await reader.emitWithAck('join', 'a');
    const stalled = raw(engine.port);
    await stalled.joinAndStall('a');

    const over = engine.next('disconnected');
    let end: Awaited<typeof over> | undefined;
    void over.then((notice) => {
      end = notice;
    });
    let rounds = 0;
    while (end === undefined && rounds < 300) {
      // Less at a time than the bound, so that the reader who reads stays under it.
      const heard = told(reader, 8);
      await engine.order({ do: 'flood', room: 'a', messages: 8, bytes: 65_536 });
      expect((await heard).map(([n]) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      reader.off('told');
      rounds += 1;
    }
    expect(await over).toMatchObject({
      reason: 'transport error',
      description: 'more than 1048576 bytes waited for a slow reader',
    });
    expect(reader.connected).toBe(true);
    stalled.socket.resume();
    await stalled.untilClosed();
  });

  it('closes a reader that stalls in long polling', async () => {
    const polling = `${at}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(polling)).text()).slice(1));
    const poll = async () => await (await fetch(`${polling}&sid=${sid}`)).text();
    const post = (body: string) => fetch(`${polling}&sid=${sid}`, { method: 'POST', body });
    await post('40');
    expect(await poll()).toMatch(/^40/);
    await post('420["join","a"]');
    expect(await poll()).toBe('430[]');

    await engine.order({ do: 'flood', room: 'a', messages: 10, bytes: 100_000 });
    expect((await poll()).length).toBeGreaterThan(1_000_000);
    await engine.order({ do: 'flood', room: 'a', messages: 11, bytes: 100_000 });
    expect(await engine.next('disconnected')).toMatchObject({
      reason: 'transport error',
      description: 'more than 1048576 bytes waited for a slow reader',
    });
    expect((await fetch(`${polling}&sid=${sid}`)).status).toBe(400);
  });
});
