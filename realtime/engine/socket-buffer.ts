import type { Server, Socket } from 'socket.io';

type Connection = Socket['conn'];

/** The error with which a connection ends whose reader was too slow: `disconnect` gives it as its description. */
export class SocketBufferExceeded extends Error {
  override readonly name = 'SocketBufferExceeded';

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes waited for a slow reader`);
  }
}

/**
 * Bounds what waits for a reader inside Engine.IO and, on node, in the WebSocket: while a transport is not writable
 * Engine.IO keeps every packet in an array without an end. (A WebSocket on uWebSockets.js is always writable to
 * Engine.IO; its bytes wait in the binary, which has its own bound.)
 */
export function limitWaitingPackets(io: Server, maxBytes: number): void {
  io.engine.on('connection', (connection: Connection) => {
    let waiting = 0;
    let judging = false;
    const exceeds = (): boolean => waiting + (webSocketOf(connection)?.bufferedAmount ?? 0) > maxBytes;

    connection.on('flush', () => {
      waiting = 0;
    });
    connection.on('packetCreate', (packet: { data?: unknown }) => {
      if (connection.transport.writable) return;
      waiting += byteLength(packet.data);
      if (judging || !exceeds()) return;
      // A burst within one tick waits even for a fast reader: judge when the kernel has had its chance.
      judging = true;
      setImmediate(() => {
        judging = false;
        if (connection.readyState === 'open' && exceeds()) closeSlow(connection, maxBytes);
      });
    });
  });
}

function closeSlow(connection: Connection, maxBytes: number): void {
  const webSocket = webSocketOf(connection);
  connection.transport.emit('error', new SocketBufferExceeded(maxBytes));
  // The orderly close waits behind the bytes that nobody reads.
  webSocket?.terminate();
}

interface NodeWebSocket {
  bufferedAmount: number;
  terminate(): void;
}

function webSocketOf({ transport }: Connection): NodeWebSocket | undefined {
  return 'socket' in transport && isNodeWebSocket(transport.socket) ? transport.socket : undefined;
}

function isNodeWebSocket(value: unknown): value is NodeWebSocket {
  return typeof value === 'object' && value !== null && 'bufferedAmount' in value && 'terminate' in value;
}

function byteLength(data: unknown): number {
  if (typeof data === 'string') return Buffer.byteLength(data);
  return ArrayBuffer.isView(data) || data instanceof ArrayBuffer ? data.byteLength : 0;
}
