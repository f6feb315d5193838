import type { Engine } from './engine/engine.ts';
import type { Ingest } from './ingest/ingest.ts';
import type { NodeContext } from './node-context.ts';
import type { Sockets } from './rooms/sockets.ts';

/** A server that is serving. */
export interface RunningServer {
  readonly url: string;
  readonly mllpPort: number | undefined;
  readonly mllpTlsPort: number | undefined;
  /** Drains and stops, within 10 s. */
  stop(): Promise<void>;
}

export interface Doors {
  /** With why it is this one. */
  readonly engine: Engine & { readonly why: string };
  readonly sockets: Sockets;
  readonly ingest: Ingest;
  /** Where to listen. Told of the port that it became, where any would do. */
  readonly address: { host: string; port: number };
}

/** Opens the doors of a node: first HTTP and sockets, then those of other systems. Closing begins where this ended. */
export async function listen(
  { log, lifecycle }: NodeContext,
  { engine, sockets, ingest, address }: Doors,
): Promise<RunningServer> {
  address.port = (await engine.listen(address)).port;
  lifecycle.onStop('engine', 2_500, () => engine.close(2_000));
  lifecycle.onStop('drain', 2_500, async () => {
    await engine.stopListening();
    sockets.drain(1_500);
    await emptied(sockets.connections, 2_000);
  });
  log.info({ engine: engine.name, why: engine.why, ...address }, 'listening');

  const ports = await ingest.open();
  lifecycle.onStop('ingest', 2_500, () => ingest.close());
  return { url: `http://${urlHost(address.host)}:${address.port}`, ...ports, stop: lifecycle.stop };
}

async function emptied(connections: () => Iterable<unknown>, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline && [...connections()].length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
