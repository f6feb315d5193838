import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';

/** What is about one connection and not about the message. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'expect',
]);

/**
 * A small HTTP and WebSocket balancer. Requests and WebSockets go to the nodes in turn. Long polling needs one node for
 * a whole session, so what belongs to a polling session goes by the client's address instead: all clients of
 * one address poll on one node, which is enough for trying it.
 * @param {{ targets: () => number[] }} options the ports on this machine that take requests now
 */
export function createBalancer({ targets }) {
  // Shorter than any node keeps an idle connection: it must not be closed while a request is on its way to it.
  const keepAlive = new Agent({ keepAlive: true, timeout: 4_000 });
  const fresh = new Agent({ keepAlive: false });
  const upgraded = new Set();
  let turn = 0;

  /** The ports to try for a request, best first. */
  function order(request) {
    const ports = targets();
    if (ofPollingSession(request.url)) {
      // The highest hash wins: when a node comes or goes, only that node's clients move.
      const weight = (port) =>
        createHash('sha1').update(`${request.socket.remoteAddress} ${port}`).digest('hex');
      return ports.sort((a, b) => weight(b).localeCompare(weight(a)));
    }
    turn += 1;
    return ports.map((_, index) => ports[(index + turn) % ports.length]);
  }

  async function onRequest(request, response) {
    for (const port of order(request)) {
      const sent = await forward(request, response, port);
      if (sent) return;
      if (response.destroyed) return;
    }
    refuse(response);
  }

  /** False when the node was not reached and another may be tried: nothing of the request was sent. */
  function forward(request, response, port) {
    const replayable = request.method === 'GET' || request.method === 'HEAD';
    const outgoing = httpRequest({
      host: '127.0.0.1',
      port,
      method: request.method,
      path: request.url,
      headers: forwardedHeaders(request),
      setHost: false,
      // A kept connection may have been closed when a request reaches it, and a POST may not be sent twice.
      agent: replayable ? keepAlive : fresh,
    });
    return new Promise((resolve) => {
      let answered = false;
      let piped = false;
      const onGone = () => outgoing.destroy();
      response.once('close', onGone);
      outgoing.once('socket', (socket) => {
        const send = () => {
          piped = true;
          request.pipe(outgoing);
        };
        if (socket.connecting) socket.once('connect', send);
        else send();
      });
      outgoing.once('response', (incoming) => {
        answered = true;
        response.writeHead(incoming.statusCode, withoutHopByHop(incoming.rawHeaders));
        incoming.pipe(response);
        incoming.once('error', () => response.destroy());
        incoming.once('aborted', () => response.destroy());
        resolve(true);
      });
      outgoing.once('error', () => {
        response.off('close', onGone);
        if (answered) return;
        if (!piped || replayable) return resolve(false);
        // It may have been done: only the client knows whether it can be sent again.
        response.destroy();
        resolve(true);
      });
    });
  }

  async function onUpgrade(request, client, head) {
    client.on('error', () => client.destroy());
    upgraded.add(client);
    client.once('close', () => upgraded.delete(client));
    for (const port of order(request)) {
      const node = connect({ host: '127.0.0.1', port, noDelay: true });
      try {
        await once(node, 'connect');
      } catch {
        continue;
      }
      node.on('error', () => client.destroy());
      node.once('close', () => client.destroy());
      client.once('close', () => node.destroy());
      if (client.destroyed) return node.destroy();
      client.setNoDelay(true);
      const headers = forwardedHeaders(request, ['connection', 'upgrade']);
      const lines = [`${request.method} ${request.url} HTTP/1.1`];
      for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
      node.write(`${lines.join('\r\n')}\r\n\r\n`);
      if (head.length > 0) node.write(head);
      // Pipes wait for a slow reader, so that the node's own bound on unread data decides about it.
      node.pipe(client);
      client.pipe(node);
      return;
    }
    client.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  }

  const server = createServer(onRequest);
  server.on('upgrade', onUpgrade);

  return {
    url: () => `http://127.0.0.1:${server.address()?.port}`,
    listen: async (port) => {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening').catch((error) => {
        throw error.code === 'EADDRINUSE'
          ? new Error(`port ${port} is taken: stop what listens there, or set PORT to another one`)
          : error;
      });
    },
    stopListening: () => {
      server.close();
      server.closeIdleConnections();
    },
    /** Closes what is still open. */
    close: () => {
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
      keepAlive.destroy();
    },
  };
}

function ofPollingSession(url) {
  return url.startsWith('/socket.io/') && /[?&](transport=polling|sid=)/.test(url);
}

/** The headers as they came, flat, with the client's address added. */
function forwardedHeaders(request, kept = []) {
  const before = request.headers['x-forwarded-for'];
  const address = request.socket.remoteAddress;
  return [
    ...withoutHopByHop(request.rawHeaders, ['x-forwarded-for', 'x-forwarded-proto'], kept),
    ...['x-forwarded-for', before ? `${before}, ${address}` : address],
    ...['x-forwarded-proto', 'http'],
  ];
}

function withoutHopByHop(raw, alsoWithout = [], kept = []) {
  const headers = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toLowerCase();
    if (alsoWithout.includes(name)) continue;
    if (hopByHop.has(name) && !kept.includes(name)) continue;
    headers.push(raw[i], raw[i + 1]);
  }
  return headers;
}

function refuse(response) {
  const problem = { title: 'Unavailable', status: 503, code: 'unavailable', detail: 'no node is ready' };
  response.writeHead(503, {
    'content-type': 'application/problem+json',
    'retry-after': '1',
    connection: 'close',
  });
  response.end(JSON.stringify(problem));
}
