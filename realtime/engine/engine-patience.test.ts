import { afterAll, beforeAll, expect, it } from 'vitest';
import { RawClient } from './testing/raw-client.ts';
import { buildEngineProgram, type EngineProgram } from './testing/started-engine.ts';

let program: EngineProgram;
beforeAll(async () => {
  program = await buildEngineProgram();
});
afterAll(() => program.remove());

// The binary of uWebSockets.js gives headers 10 s, whatever is set.
it.concurrent.each(['uws', 'node'] as const)(
  'cuts what comes too slowly, headers and body: %s',
  { timeout: 30_000 },
  async (prefer) => {
    const engine = await program.start({ prefer, requestTimeoutMs: 300 });
    const { port } = await engine.order({ do: 'listen', host: '127.0.0.1', port: 0 });
    const [headers, body] = [new RawClient(port), new RawClient(port)];
    headers.send('GET /request HTTP/1.1\r\nHost: x\r\n');
    body.send('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
    const drip = setInterval(() => {
      headers.send('a: b\r\n');
      body.send('x');
    }, 100);
    try {
      expect(await body.untilClosed()).toMatch(/^HTTP\/1\.1 408 /);
      await headers.untilClosed();
    } finally {
      clearInterval(drip);
      await engine.kill();
    }
  },
);

it.concurrent.each(['uws', 'node'] as const)(
  'cuts a reader that stands still in an answer: %s',
  { timeout: 60_000 },
  async (prefer) => {
    const engine = await program.start({
      prefer,
      requestTimeoutMs: 300,
      pingInterval: 300,
      pingTimeout: 200,
    });
    const { port } = await engine.order({ do: 'listen', host: '127.0.0.1', port: 0 });
    const reader = new RawClient(port);
    try {
      reader.send('GET /stream?chunks=100000 HTTP/1.1\r\nHost: x\r\n\r\n');
      await reader.until('200 OK');
      reader.socket.pause();
      // What the kernel and the engine hold, and not all that there would be.
      expect((await engine.next('streamCancelled')).chunks).toBeLessThan(1_000);
    } finally {
      reader.socket.destroy();
      await engine.kill();
    }
  },
);
