import { type Socket as Client, io as connectClient } from 'socket.io-client';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { EngineProcessSettings } from './engine-process.ts';
import { RawClient } from './raw-client.ts';
import { buildEngineProgram, type EngineProgram, type StartedEngine } from './started-engine.ts';

export interface EngineFixture {
  /** Starts an engine that may not listen yet. */
  create(settings: Partial<EngineProcessSettings>): Promise<StartedEngine>;
  /** Starts an engine that listens on a free port. */
  start(settings: Partial<EngineProcessSettings>): Promise<StartedEngine & { port: number }>;
  raw(port: number): RawClient;
  /** A Socket.IO client once it has connected. */
  client(port: number, options?: { transports?: string[]; origin?: string }): Promise<Client>;
}

/** What a test of the engine starts and opens, and is rid of after each test. To be called once in a test file. */
export function engineFixture(): EngineFixture {
  let program: EngineProgram;
  const undo: (() => unknown)[] = [];
  beforeAll(async () => {
    program = await buildEngineProgram();
  });
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });
  afterAll(() => program.remove());

  const create: EngineFixture['create'] = async (settings) => {
    const engine = await program.start(settings);
    undo.push(() => engine.kill());
    return engine;
  };
  return {
    create,
    start: async (settings) => {
      const engine = await create(settings);
      const { port } = await engine.order({ do: 'listen', host: '127.0.0.1', port: 0 });
      return Object.assign(engine, { port });
    },
    raw: (port) => {
      const client = new RawClient(port);
      undo.push(() => client.socket.destroy());
      return client;
    },
    client: async (port, { transports = ['websocket'], origin } = {}) => {
      const socket = connectClient(`http://127.0.0.1:${port}`, {
        transports,
        reconnection: false,
        forceNew: true,
        ...(origin === undefined ? {} : { extraHeaders: { origin } }),
      });
      undo.push(() => socket.disconnect());
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
      });
      return socket;
    },
  };
}

/** The first `count` contents told to a client from now on. */
export function told(socket: Client, count: number): Promise<unknown[][]> {
  const heard: unknown[][] = [];
  return new Promise((resolve) => {
    socket.on('told', (...content) => {
      heard.push(content);
      if (heard.length === count) resolve(heard);
    });
  });
}

/** Resolves when a client is disconnected. */
export function disconnected(socket: Client): Promise<void> {
  return new Promise((resolve) => {
    socket.once('disconnect', () => resolve());
  });
}
