import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { afterEach, expect, test, vi } from 'vitest';
import { type Connection, createConnection } from './connection.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A Socket.IO server of the test's own, with the connection of a page to it. */
async function pageAt(
  admit: (attempt: number) => Error | undefined,
): Promise<{ connection: Connection; attempts(): number }> {
  const http = createServer();
  const io = new Server(http);
  let attempts = 0;
  io.use((_socket, next) => {
    attempts += 1;
    next(admit(attempts));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const connection = createConnection({
    url: `http://127.0.0.1:${address.port}`,
    token: () => 'token',
    refresh: () => undefined,
    onOpen: () => undefined,
    onClose: () => undefined,
    onHeard: () => undefined,
    on: {
      event: () => undefined,
      heads: () => undefined,
      signal: () => undefined,
      revoked: () => undefined,
      rights: () => undefined,
    },
  });
  closing.push(() => {
    connection.close();
    io.close();
  });
  connection.open();
  return { connection, attempts: () => attempts };
}

test('a refusal that is none of ours, such as a proxy’s, is tried again', async () => {
  const { connection, attempts } = await pageAt((attempt) =>
    attempt === 1 ? new Error('bad gateway') : undefined,
  );
  await vi.waitUntil(() => connection.isOpen(), { timeout: 10_000 });
  expect(attempts()).toBe(2);
});
