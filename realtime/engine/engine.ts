import {
  type ClientAddress,
  type Engine,
  type EngineName,
  type EngineOptions,
  EngineUnavailable,
} from './engine-contract.ts';
import { createNodeEngine } from './node-engine.ts';
import { loadUws } from './uws-binary.ts';
import { createUwsEngine } from './uws-engine.ts';

export { type ClientAddresses, createClientAddresses, directClients } from './client-address.ts';
export { ListenFailed } from './listen-failed.ts';
export { SocketBufferExceeded } from './socket-buffer.ts';
export { type ClientAddress, type Engine, type EngineName, type EngineOptions, EngineUnavailable };

// Socket.IO on uWebSockets.js patches its adapter for the whole process: any other server beside it would publish
// into the wrong one.
const open = new Set<{ name: EngineName }>();

/**
 * The HTTP and Socket.IO server of this process, and one line (`why`) that says which it is and for what reason.
 * Throws `EngineUnavailable` when uWebSockets.js is asked for and does not load, and an Error when a second engine
 * would share a process with uWebSockets.js.
 */
export async function createEngine(options: EngineOptions): Promise<Engine & { why: string }> {
  const { engine, why } = await choose(options);
  const mark = { name: engine.name };
  open.add(mark);
  return {
    ...engine,
    why,
    close: (deadlineMs) => engine.close(deadlineMs).finally(() => open.delete(mark)),
  };
}

async function choose(options: EngineOptions): Promise<{ engine: Engine; why: string }> {
  if (options.prefer === 'node') return { engine: node(options), why: 'node (asked for)' };

  const uws = await loadUws();
  if (uws.loaded) {
    refuseBeside(open.size > 0);
    const why = `uWebSockets.js (binary ${uws.file}, sha256 ${uws.sha256})`;
    return { engine: createUwsEngine(uws.module, options), why };
  }
  const reason = `uWebSockets.js does not load: ${uws.reason}`;
  if (options.prefer === 'uws') throw new EngineUnavailable(reason);
  return { engine: node(options), why: `node (${reason})` };
}

function node(options: EngineOptions): Engine {
  refuseBeside([...open].some((other) => other.name === 'uws'));
  return createNodeEngine(options);
}

function refuseBeside(taken: boolean): void {
  if (taken) throw new Error('an engine on uWebSockets.js must be the only one of its process');
}
