import type { us_listen_socket } from 'uWebSockets.js';
import { Server } from 'socket.io';
import { within } from './deadline.ts';
import type { Engine, EngineOptions } from './engine-contract.ts';
import { exchange } from './http-exchange.ts';
import { listenFailure } from './listen-failed.ts';
import { limitWaitingPackets } from './socket-buffer.ts';
import { socketOptions } from './socket-options.ts';
import type { Uws } from './uws-binary.ts';
import { UwsWire } from './uws-fetch.ts';
import { SocketIoApp } from './uws-socketio.ts';

/**
 * The engine on uWebSockets.js. Its binary answers HTTP/1.0 with 505, and closes a connection whose headers, or
 * whose reading of an answer, stand still for 10 s.
 */
export function createUwsEngine(uws: Uws, options: EngineOptions): Engine {
  const app = uws.App();
  const settings = socketOptions(options.socket);
  const io = new Server(settings);
  const limits = { maxBufferBytes: options.maxSocketBufferBytes, idleSeconds: idleSeconds(settings) };
  const headers = options.headers ?? (() => []);
  io.attachApp(new SocketIoApp(app, limits, headers));
  limitWaitingPackets(io, options.maxSocketBufferBytes);

  const exchanges = new Set<Promise<void>>();
  app.any('/*', (response, request) => {
    const running = exchange(new UwsWire(response, request, headers()), options).finally(() =>
      exchanges.delete(running),
    );
    exchanges.add(running);
  });

  let listening: us_listen_socket | undefined;
  const stopListening = (): void => {
    if (listening) uws.us_listen_socket_close(listening);
    listening = undefined;
  };

  let closing: Promise<void> | undefined;
  const close = async (deadlineMs: number): Promise<void> => {
    stopListening();
    await within(deadlineMs, async () => {
      await io.close();
      await Promise.all(exchanges);
    });
    app.close();
  };

  return {
    name: 'uws',
    io,
    listen: async (at) => {
      // Without exclusive use a second process would share the port and take half of the clients.
      app.listen(at.host, at.port, uws.LIBUS_LISTEN_EXCLUSIVE_PORT, (socket) => {
        listening = socket || undefined;
      });
      if (!listening) throw await listenFailure(at);
      return { port: uws.us_socket_local_port(listening) };
    },
    stopListening: async () => stopListening(),
    close: (deadlineMs) => (closing ??= close(deadlineMs)),
  };
}

function idleSeconds({ pingInterval, pingTimeout }: { pingInterval: number; pingTimeout: number }): number {
  // Longer than a silence that Engine.IO allows, and within what the binary takes.
  return Math.min(960, Math.max(8, Math.ceil((pingInterval + pingTimeout) / 1000) + 8));
}
