import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';

/**
 * A server that publishes to rooms.
 * @typedef {object} Peer
 * @property {(greeting: () => object) => Promise<number>} listen gives the port; whoever joins is greeted with that
 * @property {(room: string, frame: object) => void} publish
 * @property {() => void} close
 */

// As much may wait for a reader as for one of ours before it is cut off.
const maxBackpressure = 2 * 1024 * 1024;
const host = '127.0.0.1';
// As our own server has them.
const socketOptions = {
  serveClient: false,
  pingInterval: 25_000,
  pingTimeout: 20_000,
  perMessageDeflate: false,
  httpCompression: false,
  transports: ['websocket'],
};

const kinds = {
  'socketio-ws': socketIoOnWs,
  'socketio-uws': socketIoOnUws,
  'raw-ws': rawWs,
  'raw-uws': rawUws,
};

export const peerKinds = Object.keys(kinds);

/**
 * @param {string} kind
 * @returns {Promise<Peer>}
 */
export async function openPeer(kind) {
  return kinds[kind]();
}

async function socketIoOnWs() {
  const http = createServer();
  const io = new Server(http, socketOptions);
  return {
    async listen(greeting) {
      welcome(io, greeting);
      await new Promise((listening) => http.listen(0, host, () => listening(undefined)));
      return http.address().port;
    },
    publish: (room, frame) => io.to(room).emit('event', frame),
    close: () => void io.close(),
  };
}

async function socketIoOnUws() {
  const uws = await loadUws();
  const app = uws.App();
  const io = new Server(socketOptions);
  io.attachApp(app, { maxBackpressure });
  return {
    async listen(greeting) {
      welcome(io, greeting);
      return listening(uws, app);
    },
    publish: (room, frame) => io.to(room).emit('event', frame),
    close: () => app.close(),
  };
}

function welcome(io, greeting) {
  io.on('connection', (socket) => {
    socket.on('join', (rooms, answer) => {
      for (const room of rooms) socket.join(room);
      answer(greeting());
    });
  });
}

async function rawWs() {
  const server = new WebSocketServer({ host, port: 0, perMessageDeflate: false, clientTracking: false });
  /** @type {Map<string, Set<import('ws').WebSocket>>} */
  const rooms = new Map();
  return {
    async listen(greeting) {
      server.on('connection', (socket) => {
        socket.on('error', () => socket.terminate());
        socket.on('close', () => {
          for (const members of rooms.values()) members.delete(socket);
        });
        socket.on('message', (data) => {
          for (const room of roomsOf(data.toString())) {
            const members = rooms.get(room) ?? new Set();
            rooms.set(room, members);
            members.add(socket);
          }
          socket.send(`joined ${JSON.stringify(greeting())}`);
        });
      });
      if (server.address() === null) await new Promise((listening) => server.once('listening', listening));
      return server.address().port;
    },
    publish(room, frame) {
      const data = Buffer.from(wordsOf(frame));
      for (const socket of rooms.get(room) ?? []) socket.send(data, { binary: false });
    },
    close: () => server.close(),
  };
}

async function rawUws() {
  const uws = await loadUws();
  const app = uws.App();
  return {
    async listen(greeting) {
      app.ws('/*', {
        compression: 0,
        maxBackpressure,
        idleTimeout: 120,
        message: (socket, data) => {
          for (const room of roomsOf(Buffer.from(data).toString())) socket.subscribe(room);
          socket.send(`joined ${JSON.stringify(greeting())}`);
        },
      });
      return listening(uws, app);
    },
    publish: (room, frame) => app.publish(room, wordsOf(frame)),
    close: () => app.close(),
  };
}

/** The same bytes that Socket.IO sends. */
function wordsOf(frame) {
  return `42${JSON.stringify(['event', frame])}`;
}

function roomsOf(text) {
  return JSON.parse(text.slice('join '.length));
}

async function loadUws() {
  const { default: uws } = await import('uWebSockets.js');
  return uws;
}

function listening(uws, app) {
  return new Promise((resolve, reject) => {
    app.listen(host, 0, (token) => {
      if (token) resolve(uws.us_socket_local_port(token));
      else reject(new Error('it cannot listen'));
    });
  });
}
