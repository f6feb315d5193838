import { setImmediate as turn } from 'node:timers/promises';
import { createClientAddresses, createEngine, type EngineName } from '../engine.ts';

// One engine in a process of its own. Its test speaks with it over the IPC channel: commands in, notices out.

export interface EngineProcessSettings {
  prefer: 'auto' | EngineName;
  maxRequestBytes: number;
  requestTimeoutMs: number;
  maxSocketBufferBytes: number;
  maxHttpBufferSize: number;
  pingInterval: number;
  pingTimeout: number;
}

export type Command =
  | { do: 'listen'; host: string; port: number }
  | { do: 'stopListening' }
  | { do: 'close'; deadlineMs: number }
  | { do: 'answer' }
  | { do: 'flood'; room: string; messages: number; bytes: number };

export type Notice =
  | { is: 'created'; name: EngineName; why: string }
  | { is: 'done'; command: Command['do']; port?: number; error?: { message: string; code?: unknown } }
  | { is: 'waiting' | 'aborted' }
  | { is: 'streamCancelled'; chunks: number }
  | { is: 'refused'; error: string; message: string }
  | { is: 'erred'; message: string }
  | { is: 'disconnected'; id: string; reason: string; description: string };

const tell = (notice: Notice): void => void process.send?.(notice);
const settings: EngineProcessSettings = JSON.parse(process.env.ENGINE_SETTINGS ?? '{}');

let release = (): void => {};
const released = new Promise<void>((resolve) => {
  release = resolve;
});

/** The proxy of the tests comes from an address of its own. */
const clients = createClientAddresses((address) => address === '127.0.0.9');

const creating = createEngine({
  clients,
  prefer: settings.prefer,
  maxRequestBytes: settings.maxRequestBytes,
  requestTimeoutMs: settings.requestTimeoutMs,
  maxSocketBufferBytes: settings.maxSocketBufferBytes,
  socket: {
    maxHttpBufferSize: settings.maxHttpBufferSize,
    pingInterval: settings.pingInterval,
    pingTimeout: settings.pingTimeout,
    cors: { origin: ['https://wall.example'], credentials: true },
    allowRequest: (request, decide) => {
      // Later, as a check in a database would.
      setImmediate(() => decide(null, request.headers.origin !== 'https://evil.example'));
    },
  },
  onError: (error) => tell({ is: 'erred', message: error instanceof Error ? error.message : String(error) }),
  fetch: async (request, client) => {
    const url = new URL(request.url);
    switch (url.pathname) {
      case '/request':
        return Response.json({
          method: request.method,
          url: request.url,
          headers: Object.fromEntries(request.headers),
          address: client.address,
        });
      case '/echo':
        return new Response(await request.arrayBuffer(), {
          headers: { 'content-type': 'application/octet-stream' },
        });
      case '/cookies':
        return new Response(null, {
          headers: [
            ['set-cookie', 'a=1; Path=/'],
            ['set-cookie', 'b=2; Path=/'],
          ],
        });
      case '/none':
        return new Response(null, { status: 204 });
      case '/sized':
        return new Response('x'.repeat(10), {
          headers: { 'content-length': '10', 'x-seen': request.method },
        });
      case '/stream':
        return new Response(countedStream(Number(url.searchParams.get('chunks')), 65_536));
      case '/broken':
        return new Response(brokenStream());
      case '/throw':
        throw new Error('the secret detail');
      case '/abort':
        request.signal.addEventListener('abort', () => tell({ is: 'aborted' }));
        tell({ is: 'waiting' });
        return await new Promise<Response>(() => {});
      case '/wait':
        tell({ is: 'waiting' });
        await released;
        return new Response('answered');
      default:
        return new Response('nothing here', { status: 404 });
    }
  },
});

const engine = await creating.catch((error: Error) => {
  tell({ is: 'refused', error: error.name, message: error.message });
  throw error;
});

function countedStream(chunks: number, size: number): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      await turn();
      if (sent === chunks) return controller.close();
      controller.enqueue(new Uint8Array(size).fill(sent % 256));
      sent += 1;
    },
    cancel: () => tell({ is: 'streamCancelled', chunks: sent }),
  });
}

function brokenStream(): ReadableStream<Uint8Array> {
  let begun = false;
  return new ReadableStream({
    async pull(controller) {
      await turn();
      if (begun) return controller.error(new Error('broke half-way'));
      begun = true;
      controller.enqueue(new TextEncoder().encode('half'));
    },
  });
}

let packets = 0;
engine.io.engine.on('connection', (connection) => {
  connection.on('packetCreate', (packet: { type: string }) => {
    if (packet.type === 'message') packets += 1;
  });
});

engine.io.on('connection', (socket) => {
  socket.on('join', (room: string, answered: () => void) => {
    void socket.join(room);
    answered();
  });
  socket.on('leave', (room: string, answered: () => void) => {
    void socket.leave(room);
    answered();
  });
  socket.on('who', (answered: (who: object) => void) => {
    answered({
      address: clients.ofSocket(socket),
      origin: socket.handshake.headers.origin ?? '',
      packets,
    });
  });
  socket.on('echo', async (content: unknown, answered: (content: unknown) => void) => {
    await turn();
    answered(content);
  });
  socket.on('tell', (room: string, ...content: unknown[]) => {
    engine.io.to(room).emit('told', ...content);
  });
  socket.on('order', (room: string) => {
    engine.io.to(room).emit('told', 1);
    socket.emit('told', 2);
    engine.io.to(room).emit('told', 3);
    socket.emit('told', 4);
  });
  socket.on('disconnecting', () => {
    for (const room of socket.rooms) void socket.leave(room);
    socket.emit('told', 'too late');
  });
  socket.on('disconnect', (reason, description) => {
    const said = description instanceof Error ? description.message : '';
    tell({ is: 'disconnected', id: socket.id, reason, description: said });
  });
});

async function flood({
  room,
  messages,
  bytes,
}: {
  room: string;
  messages: number;
  bytes: number;
}): Promise<void> {
  for (let n = 1; n <= messages; n += 1) {
    engine.io.to(room).emit('told', n, 'x'.repeat(bytes));
    await turn();
  }
}

async function obey(command: Command): Promise<{ port?: number }> {
  switch (command.do) {
    case 'listen':
      return await engine.listen(command);
    case 'stopListening':
      await engine.stopListening();
      return {};
    case 'close':
      await engine.close(command.deadlineMs);
      return {};
    case 'answer':
      release();
      return {};
    case 'flood':
      await flood(command);
      return {};
  }
}

process.on('message', (command: Command) => {
  obey(command).then(
    (done) => tell({ is: 'done', command: command.do, ...done }),
    (error: Error & { code?: unknown }) =>
      tell({ is: 'done', command: command.do, error: { message: error.message, code: error.code } }),
  );
});
// The test is gone: so is its engine.
process.once('disconnect', () => process.exit());

tell({ is: 'created', name: engine.name, why: engine.why });
