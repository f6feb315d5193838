import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Snapshot } from '#domain/protocol.ts';
import type { SharedState } from '../rooms/shared-states.ts';

/** A body says when its state was the newest; for so long it is given to others as it is. */
const goodForMs = 1_000;
/** Below this it is not worth compressing here: the route's own middleware does. */
const leastBytes = 64 * 1024;

const pack = {
  // Quick rather than small: both stay far below what is sent, and whoever waits, waits for this.
  br: (bytes: Uint8Array) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } }),
  gzip: (bytes: Uint8Array) => promisify(gzip)(bytes, { level: 2 }),
} as const;
type Encoding = keyof typeof pack;

interface Body {
  readonly view: string;
  readonly madeAt: number;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly packed: Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>;
}

/** Answers with snapshots that many ask for at once: written and compressed once a second, off the event loop. */
export interface SnapshotBodies {
  answer(head: Omit<Snapshot, 'state'>, shared: SharedState, accepted: string | undefined): Promise<Response>;
}

export function createSnapshotBodies(): SnapshotBodies {
  const bodies = new WeakMap<SharedState, Body>();

  function bodyOf({ topic, view, epoch, at }: Omit<Snapshot, 'state'>, shared: SharedState): Body {
    const known = bodies.get(shared);
    if (known?.view === view && performance.now() - known.madeAt < goodForMs) return known;
    const head = JSON.stringify({ topic, view, epoch, seq: shared.seq, at });
    const plain = new TextEncoder().encode(`${head.slice(0, -1)},"state":${shared.json().text}}`);
    const body = { view, madeAt: performance.now(), plain, packed: new Map() };
    bodies.set(shared, body);
    return body;
  }

  return {
    async answer(head, shared, accepted) {
      const { plain, packed } = bodyOf(head, shared);
      const headers = { 'content-type': 'application/json', vary: 'accept-encoding' };
      const encoding = plain.length < leastBytes ? undefined : encodingOf(accepted);
      if (encoding === undefined) return new Response(plain, { headers });
      const under = packed.get(encoding) ?? pack[encoding](plain).then((bytes) => new Uint8Array(bytes));
      packed.set(encoding, under);
      return new Response(await under, { headers: { ...headers, 'content-encoding': encoding } });
    },
  };
}

/** The best encoding that a client takes, RFC 9110, 12.5.3: one with a weight of nothing it does not. */
export function encodingOf(accepted = ''): Encoding | undefined {
  const taken = new Set(
    accepted
      .toLowerCase()
      .split(',')
      .map((part) => part.trim().split(/\s*;\s*/))
      .filter(([, weight]) => weight === undefined || !/^q=0(\.0*)?$/.test(weight))
      .map(([name]) => name),
  );
  return (['br', 'gzip'] as const).find((encoding) => taken.has(encoding));
}
