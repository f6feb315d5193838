import { connect } from 'node:net';
import { createFrameReader, pongFrame, textFrame } from './websocket-frames.mjs';

/**
 * A client of the public contract on a bare TCP connection: Socket.IO over WebSocket, text alone. Thousands of them
 * cost little, a message that nobody wants to look at costs nothing, and it can stop reading as a reader that hangs does.
 * @typedef {object} LightSocket
 * @property {() => boolean} isOpen
 * @property {number | undefined} localPort
 * @property {(name: string, payload: unknown) => Promise<any>} ask sends a message and gives its acknowledgement
 * @property {() => number} bytesRead
 * @property {() => void} pause reads no more, so that the server's bytes pile up
 * @property {() => void} resume
 * @property {() => void} beat says that it lives without having been asked: whoever reads nothing hears no ping
 * @property {() => void} destroy
 * @property {Promise<void>} closed
 */

/**
 * Connects and signs in. Rejects where it is refused or takes too long.
 * @param {string} url
 * @param {string} token
 * @param {{ onEvent?: (text: string) => void, within?: number, from?: string }} [options] `onEvent` gets the payload of each
 *   `event` as text; left out, events are not looked at. `from`: the address of this machine to come from
 * @returns {Promise<LightSocket>}
 */
export function openLightSocket(url, token, { onEvent, within = 20_000, from } = {}) {
  const { hostname, port } = new URL(url);
  const socket = connect({
    host: hostname,
    port: Number(port),
    noDelay: true,
    ...(from === undefined ? {} : { localAddress: from }),
  });
  /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
  const asked = new Map();
  let isOpen = false;
  let nextId = 0;

  return new Promise((resolve, reject) => {
    const late = setTimeout(() => fail(new Error('not connected in time')), within);
    const fail = (error) => {
      clearTimeout(late);
      reject(error);
      socket.destroy();
    };
    const closed = new Promise((over) => socket.once('close', () => over(undefined)));
    socket.on('error', fail);
    socket.once('close', () => {
      isOpen = false;
      fail(new Error('the connection has gone'));
      for (const { reject: give } of asked.values()) give(new Error('the connection has gone'));
      asked.clear();
    });

    const hear = (packet) => {
      // Engine.IO: 0 open, 2 ping, 4 message. Socket.IO within 4: 0 connected, 2 event, 3 acknowledgement, 4 refused.
      const kind = packet[0] === 0x34 ? packet[1] : packet[0];
      if (packet[0] === 0x30) socket.write(textFrame(`40${JSON.stringify({ token })}`));
      else if (packet[0] === 0x32) socket.write(textFrame('3'));
      else if (packet[0] !== 0x34) return;
      else if (kind === 0x30) {
        clearTimeout(late);
        isOpen = true;
        resolve(light);
      } else if (kind === 0x34) fail(new Error(`refused: ${packet.toString()}`));
      else if (kind === 0x33) acknowledge(packet.toString('utf8', 2));
      else if (kind === 0x32 && onEvent !== undefined) {
        const text = packet.toString('utf8', 2);
        if (text.startsWith('["event",')) onEvent(text.slice(9, -1));
      }
    };
    const acknowledge = (text) => {
      const bracket = text.indexOf('[');
      const id = Number(text.slice(0, bracket));
      asked.get(id)?.resolve(JSON.parse(text.slice(bracket))[0]);
      asked.delete(id);
    };
    const read = createFrameReader((opcode, payload) => {
      if (opcode === 1) hear(payload);
      else if (opcode === 9) socket.write(pongFrame(payload));
      else if (opcode === 8) socket.destroy();
    });

    /** @type {LightSocket} */
    const light = {
      isOpen: () => isOpen,
      localPort: undefined,
      closed,
      bytesRead: () => socket.bytesRead,
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      beat: () => socket.write(textFrame('3')),
      destroy: () => socket.destroy(),
      ask: (name, payload) =>
        new Promise((answered, refused) => {
          if (!isOpen) return refused(new Error('the connection has gone'));
          const id = nextId++;
          asked.set(id, { resolve: answered, reject: refused });
          socket.write(textFrame(`42${id}${JSON.stringify([name, payload])}`));
        }),
    };

    socket.once('connect', () => {
      light.localPort = socket.localPort;
      socket.write(
        `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\n` +
          'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bWVhc3VyZS1tZWFzdXJlIQ==\r\n\r\n',
      );
    });
    let head = '';
    const upgrade = (chunk) => {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      if (!head.startsWith('HTTP/1.1 101')) return fail(new Error(`not upgraded: ${head.slice(0, 60)}`));
      socket.off('data', upgrade);
      socket.on('data', read);
      const rest = Buffer.from(head.slice(end + 4), 'latin1');
      if (rest.length > 0) read(rest);
    };
    socket.on('data', upgrade);
  });
}
