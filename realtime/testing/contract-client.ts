import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { refusalSchema } from '#domain/errors.ts';
import { topicDefinition } from '#domain/modules.ts';
import {
  type Frame,
  fetchSchema,
  frameSchema,
  headsSchema,
  isEvent,
  type Position,
  subscribedSchema,
} from '#domain/protocol.ts';

/** Signs the demo account of a role in. */
export async function signIn(url: string, role: string, password = 'demo-carewall'): Promise<string> {
  for (;;) {
    const response = await fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `${role}@demo.carewall.example`, password }),
    });
    const body: unknown = await response.json();
    const parsed = z.object({ accessToken: z.string() }).safeParse(body);
    if (parsed.success) return parsed.data.accessToken;
    if (response.status !== 429)
      throw new Error(`sign-in answered ${response.status}: ${JSON.stringify(body)}`);
    // Those of one account that come at once count as guesses until each has ended.
    const seconds = Number(response.headers.get('retry-after') ?? 1);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  }
}

/** A bare socket of the public contract, connected. */
export async function connectSocket(
  url: string,
  token: string,
  options: { reconnection?: boolean } = {},
): Promise<Socket> {
  const socket = io(url, {
    transports: ['websocket'],
    auth: { token },
    forceNew: true,
    reconnection: false,
    ...options,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

const answerSchema = z.union([
  z.looseObject({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), error: refusalSchema }),
]);

/** Sends one message and gives its acknowledgement. */
export async function ask(
  socket: Socket,
  name: string,
  payload: unknown,
): Promise<z.infer<typeof answerSchema>> {
  return answerSchema.parse(await socket.timeout(10_000).emitWithAck(name, payload));
}

/** A client of one topic that follows the contract by hand, frame by frame, and remembers all it was given. */
export interface Follower {
  readonly history: readonly Frame[];
  /** What broke the contract; empty where nothing did. */
  readonly violations: readonly string[];
  position(): Position | undefined;
  state(): unknown;
  /** Follows on a connection, from where it stands. */
  attach(socket: Socket): Promise<void>;
}

export function createFollower(topic: string): Follower {
  const history: Frame[] = [];
  const violations: string[] = [];
  const definition = topicDefinition(topic)?.definition;
  let position: Position | undefined;
  let state: unknown;
  let current: Socket | undefined;
  let joining: Promise<void> | undefined;

  function take(frame: Frame): void {
    if (position === undefined) return;
    if (frame.epoch !== position.epoch)
      violations.push(`a frame of epoch ${frame.epoch} in ${position.epoch}`);
    if (frame.seq <= position.seq) return;
    if (frame.seq > position.seq + 1) {
      // The contract: on a jump, subscribe again after what one has.
      if (current !== undefined) rejoin(current);
      return;
    }
    position = { ...position, seq: frame.seq };
    history.push(frame);
    if (isEvent(frame)) state = definition?.evolve(state, { type: frame.type, data: frame.data });
  }

  function rejoin(socket: Socket): void {
    joining ??= join(socket).finally(() => {
      joining = undefined;
    });
  }

  async function join(socket: Socket): Promise<void> {
    const answer = await ask(socket, 'subscribe', {
      topic,
      ...(position === undefined ? {} : { after: position }),
    });
    if (!answer.ok) throw new Error(`subscribe answered ${JSON.stringify(answer)}`);
    if (fetchSchema.safeParse(answer).success) throw new Error('the snapshot is to be fetched');
    const { view, epoch, seq, state: snapshot, events } = subscribedSchema.parse(answer);
    if (snapshot !== undefined) {
      position = { view, epoch, seq };
      state = snapshot;
    } else if (position === undefined || seq > position.seq) {
      violations.push('an answer without a state that does not continue');
    }
    for (const frame of events) take(frame);
  }

  return {
    history,
    violations,
    position: () => position,
    state: () => state,
    async attach(socket) {
      current = socket;
      socket.on('event', (payload: unknown) => {
        const frame = frameSchema.parse(payload);
        if (frame.topic === topic && socket === current) take(frame);
      });
      socket.on('heads', (payload: unknown) => {
        const head = headsSchema.parse(payload).heads[topic];
        if (position !== undefined && head !== undefined && head > position.seq && joining === undefined)
          rejoin(socket);
      });
      await join(socket);
    },
  };
}
