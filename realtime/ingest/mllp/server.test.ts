import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectMllp, type MllpClient, MllpClientError } from './client.ts';
import type { CloseReason } from './connection.ts';
import { createFrameDecoder, frame } from './framing.ts';
import { createMllpServer, type MllpServer, type MllpServerOptions } from './server.ts';

/** A machine with much else to do is slow, not wrong. */
const patience = { timeout: 10_000 };

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

type Started = {
  server: MllpServer;
  port: number;
  faults: string[];
  closes: CloseReason[];
  turnedAway: () => number;
};

async function start(options: Partial<MllpServerOptions> = {}): Promise<Started> {
  const faults: string[] = [];
  const closes: CloseReason[] = [];
  let away = 0;
  const server = createMllpServer({
    host: '127.0.0.1',
    port: 0,
    maxConnections: 10,
    idleTimeoutMs: 60_000,
    halfMessageTimeoutMs: 60_000,
    handle: async (bytes) => Buffer.concat([Buffer.from('ack '), bytes]),
    onFault: (reason) => faults.push(reason),
    hooks: { onClose: (_peer, reason) => closes.push(reason), onTurnedAway: () => (away += 1) },
    ...options,
  });
  const { port } = await server.listen();
  cleanups.push(() => server.close(100));
  return { server, port, faults, closes, turnedAway: () => away };
}

async function client(port: number, ackTimeoutMs = 10_000): Promise<MllpClient> {
  const opened = await connectMllp({ host: '127.0.0.1', port, ackTimeoutMs });
  cleanups.push(() => opened.close());
  return opened;
}

/** A socket that sends what it is told and keeps what it is answered. */
async function raw(port: number): Promise<{ socket: Socket; answers: string[]; closed: () => boolean }> {
  const socket = connect({ host: '127.0.0.1', port });
  const answers: string[] = [];
  const decoder = createFrameDecoder({ maxMessageBytes: 1 << 20 });
  let closed = false;
  socket.on('data', (chunk: Buffer) => {
    for (const found of decoder.push(chunk))
      if (found.kind === 'message') answers.push(found.bytes.toString());
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  cleanups.push(async () => void socket.destroy());
  await once(socket, 'connect');
  return { socket, answers, closed: () => closed };
}

const framed = (text: string) => frame(Buffer.from(text));

function gate(): { wait: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
}

describe('the MLLP server', () => {
  test('answers, many times on one connection', async () => {
    const { port } = await start();
    const sender = await client(port);
    const acks = await Promise.all(['one', 'two', 'three'].map((text) => sender.send(text)));
    expect(acks).toEqual(['ack one', 'ack two', 'ack three']);
  });

  test('handles the messages of a connection one at a time, in order, however they come', async () => {
    const log: string[] = [];
    const { port } = await start({
      handle: async (bytes) => {
        log.push(`begin ${bytes}`);
        await new Promise((resolve) => setImmediate(resolve));
        log.push(`end ${bytes}`);
        return bytes;
      },
    });
    const { socket, answers } = await raw(port);
    const texts = Array.from({ length: 50 }, (_, index) => `m${index}`);
    socket.write(Buffer.concat(texts.map(framed)));
    await vi.waitFor(() => expect(answers).toEqual(texts), patience);
    expect(log).toEqual(texts.flatMap((text) => [`begin ${text}`, `end ${text}`]));
  });

  test('does not read on while answers are owed', async () => {
    const held = gate();
    let handled = 0;
    const { port } = await start({
      handle: async (bytes) => {
        await held.wait;
        handled += 1;
        return Buffer.from(String(bytes.length));
      },
    });
    const { socket, answers } = await raw(port);
    const message = framed('x'.repeat(512 * 1024));
    const total = 60;
    for (let sent = 0; sent < total; sent += 1) socket.write(message);
    // What the kernel and the bound take leaves the socket; the rest stays with the sender.
    await vi.waitFor(() => expect(socket.bytesWritten - socket.writableLength).toBeGreaterThan(0), patience);
    await stable(() => socket.writableLength);
    expect(socket.writableLength).toBeGreaterThan((message.length * total) / 4);
    expect(handled).toBe(0);
    held.open();
    await vi.waitFor(() => expect(answers).toHaveLength(total), patience);
  });

  test('a 10 MB message costs one refusal, and the connection goes on', async () => {
    const { port, faults } = await start({
      refuse: ({ reason, head }) => Buffer.from(`${reason} ${head.subarray(0, 3)}`),
    });
    const sender = await client(port);
    expect(await sender.send(`MSH${'x'.repeat(10 * 1024 * 1024)}`)).toBe('too_large MSH');
    expect(await sender.send('next')).toBe('ack next');
    expect(faults).toEqual(['too_large']);
  });

  test('a broken end is refused, a second start drops the first half, noise goes unanswered', async () => {
    const { port, faults } = await start({ refuse: ({ reason }) => Buffer.from(reason) });
    const { socket, answers } = await raw(port);
    socket.write('\x0bone\x1c!\x0bhalf');
    socket.write('\x0btwo\x1c\rnoise\x0bthree\x1c\r');
    await vi.waitFor(() => expect(answers).toEqual(['broken_end', 'ack two', 'ack three']), patience);
    expect(faults).toEqual(['broken_end', 'unterminated_start', 'noise']);
  });

  test('a peer of nothing but noise is closed', async () => {
    const { port, closes } = await start();
    const { socket, closed } = await raw(port);
    socket.write(Buffer.alloc(64 * 1024, 0x47));
    await vi.waitFor(() => expect(closed()).toBe(true), patience);
    await vi.waitFor(() => expect(closes).toEqual(['noise']), patience);
  });

  test('half a message is closed after its time, even when it dribbles', async () => {
    const { port, closes } = await start({ halfMessageTimeoutMs: 150 });
    const { socket, closed } = await raw(port);
    socket.write('\x0bMSH|');
    const dribble = setInterval(() => socket.write('x'), 10);
    await vi.waitFor(() => expect(closed()).toBe(true), patience);
    clearInterval(dribble);
    await vi.waitFor(() => expect(closes).toEqual(['half_message']), patience);
  });

  test('an idle connection is closed; one whose handler is slow is not idle', async () => {
    const held = gate();
    const { port, closes } = await start({
      idleTimeoutMs: 1_000,
      handle: async (bytes) => {
        await held.wait;
        return bytes;
      },
    });
    const slow = await raw(port);
    slow.socket.write(framed('slow'));
    const idle = await raw(port);
    await vi.waitFor(() => expect(idle.closed()).toBe(true), patience);
    expect(closes).toEqual(['idle']);
    held.open();
    await vi.waitFor(() => expect(slow.answers).toEqual(['slow']), patience);
  });

  test('a handler that throws is answered by the refusal, or else costs the connection', async () => {
    const handle = async (bytes: Buffer): Promise<Buffer> => {
      if (bytes.toString() === 'bad') throw new Error('boom');
      return bytes;
    };
    const told = await start({ handle, refuse: ({ reason, head }) => Buffer.from(`${reason} ${head}`) });
    const sender = await client(told.port);
    expect(await sender.send('bad')).toBe('handler_failed bad');
    expect(await sender.send('good')).toBe('good');
    expect(told.faults).toEqual(['handler_failed']);

    const untold = await start({ handle });
    const other = await client(untold.port);
    await expect(other.send('bad')).rejects.toMatchObject({ code: 'closed' });
    await vi.waitFor(() => expect(untold.closes).toEqual(['handler_failed']), patience);
  });

  test('the trouble of one connection does not disturb another', async () => {
    const { port } = await start({ halfMessageTimeoutMs: 50, refuse: ({ reason }) => Buffer.from(reason) });
    const good = await client(port);
    const troubles = await Promise.all([raw(port), raw(port), raw(port)]);
    troubles[0]?.socket.write(Buffer.alloc(1 << 20, 0x47));
    troubles[1]?.socket.write('\x0bhalf');
    troubles[2]?.socket.write(`\x0b${'x'.repeat(1 << 21)}\x1c\r`);
    troubles[2]?.socket.resetAndDestroy();
    for (let count = 0; count < 50; count += 1) expect(await good.send(`m${count}`)).toBe(`ack m${count}`);
    await vi.waitFor(() => expect(troubles.every((one) => one.closed())).toBe(true), patience);
    expect(await good.send('still here')).toBe('ack still here');
  });

  test('a peer that shuts its side down still gets its answer', async () => {
    const { port } = await start();
    const { socket, answers, closed } = await raw(port);
    socket.end(framed('last'));
    await vi.waitFor(() => expect(closed()).toBe(true), patience);
    expect(answers).toEqual(['ack last']);
  });

  test('connections over the bound are turned away', async () => {
    const { port, turnedAway } = await start({ maxConnections: 1 });
    const first = await client(port);
    expect(await first.send('in')).toBe('ack in');
    const second = connect({ host: '127.0.0.1', port }).on('error', () => undefined);
    await once(second, 'close');
    expect(turnedAway()).toBe(1);
    expect(await first.send('still')).toBe('ack still');
  });

  test('close lets the message in hand be answered, drops those behind it, and takes no more', async () => {
    const held = gate();
    const handled: string[] = [];
    const { server, port, closes } = await start({
      handle: async (bytes) => {
        handled.push(bytes.toString());
        await held.wait;
        return bytes;
      },
    });
    const { socket, answers, closed } = await raw(port);
    socket.write(Buffer.concat([framed('in hand'), framed('behind')]));
    await vi.waitFor(() => expect(handled).toEqual(['in hand']), patience);
    const closing = server.close(5_000);
    await expect(connectMllp({ host: '127.0.0.1', port })).rejects.toBeInstanceOf(MllpClientError);
    held.open();
    await closing;
    await vi.waitFor(() => expect(closed()).toBe(true), patience);
    expect(answers).toEqual(['in hand']);
    expect(handled).toEqual(['in hand']);
    expect(closes).toEqual(['shutdown']);
    await server.close(0);
  });

  test('close cuts at its deadline what does not finish', async () => {
    const { server, port } = await start({ handle: () => new Promise<Buffer>(() => undefined) });
    const { socket, closed } = await raw(port);
    socket.write(framed('never'));
    const idle = await raw(port);
    await server.close(50);
    await vi.waitFor(() => expect([closed(), idle.closed()]).toEqual([true, true]), patience);
  });
});

/** Resolves when ten readings in a row, with I/O in between, were the same. */
async function stable(read: () => number): Promise<void> {
  let last = read();
  let same = 0;
  await vi.waitFor(
    () => {
      const reading = read();
      same = reading === last ? same + 1 : 0;
      last = reading;
      expect(same).toBeGreaterThanOrEqual(10);
    },
    { interval: 20, timeout: 5_000 },
  );
}
