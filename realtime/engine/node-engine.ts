import { createServer, type Server as HttpServer, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server } from 'socket.io';
import { within } from './deadline.ts';
import type { Engine, EngineOptions } from './engine-contract.ts';
import { exchange } from './http-exchange.ts';
import {
  type HeaderList,
  headersTooLarge,
  MAX_HEADER_BYTES,
  PROBLEM_TYPE,
  type Problem,
  problemJson,
  tooSlow,
} from './http-request.ts';
import { codeOf, ListenFailed } from './listen-failed.ts';
import { NodeWire } from './node-wire.ts';
import { limitWaitingPackets } from './socket-buffer.ts';
import { socketOptions } from './socket-options.ts';

/** The engine on node:http and `ws`. */
export function createNodeEngine(options: EngineOptions): Engine {
  const settings = socketOptions(options.socket);
  const connections = new Set<TcpSocket>();

  const http = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: options.requestTimeoutMs,
      // The exchange answers a slow body itself; this is for what escapes it.
      requestTimeout: options.requestTimeoutMs + 5_000,
      connectionsCheckingInterval: Math.min(1_000, options.requestTimeoutMs),
      keepAliveTimeout: 10_000,
    },
    (request, response) => void exchange(new NodeWire(request, response), options),
  );
  // Ends a reader that stands still; a long poll may be silent for a ping and its answer.
  http.timeout = Math.max(options.requestTimeoutMs, settings.pingInterval + settings.pingTimeout) + 5_000;
  // Node drops what exceeds a count without a word; the bytes are bounded already.
  http.maxHeadersCount = 0;
  http.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  http.on('clientError', (error, socket) => answerMalformed(error, socket, options.headers?.() ?? []));
  http.on('upgrade', (_request, socket: Duplex) => {
    // While `allowRequest` thinks, nobody else hears the errors of this socket, and one ends the process.
    socket.on('error', () => socket.destroy());
  });

  const io = new Server(http, settings);
  limitWaitingPackets(io, options.maxSocketBufferBytes);
  // Before Socket.IO and us: whoever answers, these go with it.
  http.prependListener('request', (_request, response) => {
    for (const [name, value] of options.headers?.() ?? []) response.setHeader(name, value);
  });
  io.engine.on('headers', (headers: Record<string, string>) => {
    Object.assign(headers, Object.fromEntries(options.headers?.() ?? []));
  });
  http.on('request', (_request, response) => {
    // Once listening has stopped, a connection kept alive would only delay the end.
    response.once('finish', () => setImmediate(() => http.listening || http.closeIdleConnections()));
  });

  let closing: Promise<void> | undefined;
  const close = async (deadlineMs: number): Promise<void> => {
    http.close();
    await within(deadlineMs, () => io.close());
    for (const socket of connections) socket.destroy();
  };

  return {
    name: 'node',
    io,
    listen: (at) => listen(http, at),
    stopListening: async () => {
      http.close();
    },
    close: (deadlineMs) => (closing ??= close(deadlineMs)),
  };
}

async function listen(http: HttpServer, at: { host: string; port: number }): Promise<{ port: number }> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => reject(new ListenFailed(at, codeOf(error)));
    http.once('error', fail);
    http.listen(at.port, at.host, () => {
      http.off('error', fail);
      resolve();
    });
  });
  const address: AddressInfo | string | null = http.address();
  return { port: typeof address === 'object' && address !== null ? address.port : at.port };
}

function answerMalformed(error: Error, socket: Duplex, headers: HeaderList): void {
  const begun = 'bytesWritten' in socket && socket.bytesWritten !== 0;
  // Into an answer that has begun, these lines would be its body.
  if (begun || !socket.writable || codeOf(error) === 'ECONNRESET') return void socket.destroy();
  const problem = problemOf(codeOf(error));
  const body = problemJson(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nconnection: close\r\ncontent-type: ${PROBLEM_TYPE}\r\n` +
      `${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

function problemOf(code: string): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return tooSlow;
  return { status: 400, code: 'invalid', title: 'the request is not well formed' };
}
