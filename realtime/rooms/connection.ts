import type { Socket } from 'socket.io';
import type { z } from 'zod';
import type { AuditedClient } from '#db/audit.ts';
import type { CommandRunner } from '#db/command-runner.ts';
import type { TopicKey } from '#db/event-log.ts';
import { type ErrorCode, type Refusal, refuse, refuseInvalid, tryAgain } from '#domain/errors.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { ViewName } from '#domain/module.ts';
import { signalDefinition, topicDefinition } from '#domain/modules.ts';
import {
  commandSchema,
  type rightsSchema,
  type Signalled,
  signalSchema,
  subscribeSchema,
  tokenSchema,
  unsubscribeSchema,
} from '#domain/protocol.ts';
import { sourceOf } from '#domain/source.ts';
import type { ReadAudit } from '../audit/reads.ts';
import type { RefusalAudit } from '../audit/refusals.ts';
import { createTokenBucket } from '../limits.ts';
import type { StageMetrics } from '../metrics.ts';
import { type Answer, acknowledgementOf } from './acknowledgement.ts';
import { roomOf } from './rooms.ts';
import type { Sequencers } from './sequencers.ts';
import type { Subscriptions } from './subscribe.ts';

/** Who is at the other end, as the last token and the rights log have it. */
export interface Identified {
  readonly session: string;
  readonly principal: Principal;
  /** When the token runs out, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** One socket that has signed in, with the rooms it is in. */
export interface Connection {
  readonly socket: Socket;
  identified(): Identified;
  topics(): ReadonlyMap<string, ViewName>;
  /** Takes the rights as they are now, and tells the client: they hold for whatever is asked from here on. */
  update(principal: Principal): void;
  /** Leaves a room, in this tick, and says why. */
  revoke(topic: string, reason: 'right' | 'view' | 'session'): void;
  close(): void;
}

export interface ConnectionOptions {
  readonly subscriptions: Subscriptions;
  readonly sequencers: Sequencers;
  readonly commands: CommandRunner;
  readonly metrics: StageMetrics;
  readonly reads: ReadAudit;
  readonly refusals: RefusalAudit;
  readonly addressOf: (socket: Socket) => string;
  readonly authenticate: (token: string) => Promise<Identified | Refusal>;
  /** Resolves once this node knows of withdrawn rights well enough to show anything; false where that takes too long. */
  readonly rightsKnown: () => Promise<boolean>;
  /** Resolves once what was withdrawn or given until now is known and applied; false where that takes too long. */
  readonly rightsLatest: () => Promise<boolean>;
  /** Whether it does now. */
  readonly mayShow: () => boolean;
  /** Takes a connection's rights as they are now, out of rooms it may not be in. */
  readonly confirm: (connection: Connection) => Promise<void>;
  /** Called when the set of topics has changed. */
  readonly onTopics: (connection: Connection) => void;
  readonly onFault: (error: unknown) => void;
  readonly mostTopics?: number;
}

/** How many messages over its rate a socket may send before it is cut off. */
const mostIgnored = 2_000;
/** How many topics may be waiting to be joined or left at once. */
const mostWaiting = 500;

/** Answers what one socket sends. Each message passes its schema, its rate and its rights before anything is done. */
export function openConnection(socket: Socket, first: Identified, options: ConnectionOptions): Connection {
  const { subscriptions, sequencers, commands, metrics, mostTopics = 200 } = options;
  const topics = new Map<string, ViewName>();
  const rates = {
    subscribe: createTokenBucket(400, 50),
    command: createTokenBucket(60, 30),
    signal: createTokenBucket(20, 5),
    token: createTokenBucket(5, 0.2),
  };
  let identified = first;
  let ignored = 0;
  let waiting = 0;
  // Joining and leaving are done one at a time: the order of a client's words is the order of their effect.
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    waiting += 1;
    const next = turn.then(work).finally(() => {
      waiting -= 1;
    });
    turn = next.catch(() => undefined);
    return next;
  };

  const client: AuditedClient = {
    address: options.addressOf(socket),
    userAgent: socket.handshake.headers['user-agent']?.slice(0, 300),
  };
  const refused = (action: string, code: ErrorCode): void => {
    const { principal, session } = identified;
    options.refusals.refused({ principal, session, action, code, client });
  };

  const keyOf = (topic: string): TopicKey => ({ org: identified.principal.org, topic });

  function leave(topic: string): boolean {
    const view = topics.get(topic);
    if (view === undefined) return false;
    topics.delete(topic);
    socket.leave(roomOf(keyOf(topic), view));
    sequencers.release(keyOf(topic));
    metrics.subscriptions.dec();
    return true;
  }

  const connection: Connection = {
    socket,
    identified: () => identified,
    topics: () => topics,
    update(principal) {
      identified = { ...identified, principal };
      const grants = principal.grants.map(({ role, place }) => ({ role, place }));
      socket.emit('rights', { grants } satisfies z.infer<typeof rightsSchema>);
    },
    revoke(topic, reason) {
      if (!leave(topic)) return;
      socket.emit('revoked', { topic, reason });
      options.onTopics(connection);
    },
    close() {
      socket.disconnect(true);
    },
  };

  async function subscribe(message: z.infer<typeof subscribeSchema>): Promise<Answer> {
    const first = await trySubscribe(message);
    if (first.ok || first.error.code !== 'not_found') return first;
    // A right that was given a moment ago, with whatever told the client of the topic, may not be known here yet.
    let answer: Answer = first;
    if (await options.rightsLatest()) {
      await options.confirm(connection);
      answer = await trySubscribe(message);
    }
    if (!answer.ok) refused('socket.subscribe', answer.error.code);
    return answer;
  }

  async function trySubscribe({ topic, after }: z.infer<typeof subscribeSchema>): Promise<Answer> {
    // A second subscription to the same topic starts anew: the client says from where.
    leave(topic);
    if (topics.size >= mostTopics) {
      return { ok: false, error: refuse('rate_limited', `a connection has at most ${mostTopics} topics`) };
    }
    const { principal } = identified;
    const answer = await subscriptions.subscribe(
      {
        principal,
        rightsKnown: options.rightsKnown,
        recorded: (read, view, why) =>
          options.reads.read({ principal, session: identified.session, client }, read, view, why),
        join(key, view) {
          if (!socket.connected) return refuse('unavailable', 'the connection has gone');
          // Rights may have been withdrawn while the state was read: then this is not the principal any more.
          if (identified.principal !== principal || !options.mayShow())
            return refuse('unavailable', 'rights have changed; try again');
          socket.join(roomOf(key, view));
          topics.set(topic, view);
          metrics.subscriptions.inc();
          return undefined;
        },
      },
      topic,
      after,
    );
    options.onTopics(connection);
    return answer.ok ? { ok: true, ...answer.answer } : answer;
  }

  async function command(message: z.infer<typeof commandSchema>): Promise<Answer> {
    const { principal, session } = identified;
    const timer = metrics.commandSeconds.startTimer({ door: 'socket' });
    const outcome = await commands.run({ principal, session }, message);
    timer();
    metrics.commands.inc({
      type: outcome.ok ? message.type : 'refused',
      outcome: outcome.ok ? 'ok' : outcome.error.code,
      door: 'socket',
    });
    if (!outcome.ok) return { ok: false, error: outcome.error };
    const { heads, result } = outcome;
    return { ok: true, heads, ...(result === undefined ? {} : { result }) };
  }

  /** Passes on what is sent to nobody in particular and kept nowhere, to all who are in the topic. */
  async function signal({ topic, type, data }: z.infer<typeof signalSchema>): Promise<Answer> {
    const { principal } = identified;
    // A wall, or a system with a key, may do what its session is for: saying things in rooms is for people.
    if (principal.grants.some(({ only }) => only !== undefined))
      return { ok: false, error: refuse('forbidden', 'this session says nothing in rooms') };
    if (!topics.has(topic))
      return { ok: false, error: refuse('not_found', 'this connection is not in that topic') };
    const definition = signalDefinition(type);
    const kind = topicDefinition(topic)?.definition;
    if (definition === undefined || kind === undefined || definition.topic !== kind.kind) {
      const issue = { path: 'type', message: 'is no signal of this topic' };
      return { ok: false, error: refuse('invalid', 'there is no such signal here', [issue]) };
    }
    const parsed = definition.data.safeParse(data);
    if (!parsed.success) {
      return { ok: false, error: refuseInvalid(parsed.error, 'the data does not fit the signal', 'data') };
    }
    const said: Signalled = { topic, type, data, by: sourceOf(principal), at: new Date().toISOString() };
    const rooms = kind.views.map(({ name }) => roomOf(keyOf(topic), name));
    socket.to(rooms).volatile.emit('signal', said);
    return { ok: true };
  }

  async function renew({ token }: z.infer<typeof tokenSchema>): Promise<Answer> {
    const renewed = await options.authenticate(token);
    if ('code' in renewed) return { ok: false, error: renewed };
    if (
      renewed.principal.id !== identified.principal.id ||
      renewed.principal.org !== identified.principal.org
    ) {
      return { ok: false, error: refuse('forbidden', 'this connection is somebody else’s') };
    }
    // Rights other than those that the rooms were joined with are taken where the rooms are looked through.
    identified = { ...renewed, principal: identified.principal };
    await options.confirm(connection);
    return { ok: true };
  }

  /** Wires one kind of message: rate, shape, work, acknowledgement. */
  function on<S extends z.ZodType>(
    name: 'subscribe' | 'unsubscribe' | 'command' | 'signal' | 'token',
    schema: S,
    rate: keyof typeof rates,
    work: (message: z.output<S>) => Promise<Answer>,
  ): void {
    socket.on(name, (...args: unknown[]) => {
      const acknowledge = acknowledgementOf(args);
      const answer = (given: Answer): void => {
        if (!given.ok) metrics.refusals.inc({ door: 'socket', code: given.error.code });
        acknowledge(given);
      };
      if (!rates[rate].take()) {
        ignored += 1;
        refused(`socket.${name}`, 'rate_limited');
        answer({ ok: false, error: refuse('rate_limited', 'too many messages; slow down') });
        if (ignored > mostIgnored) connection.close();
        return;
      }
      const parsed = schema.safeParse(args[0]);
      if (!parsed.success) {
        refused(`socket.${name}`, 'invalid');
        answer({ ok: false, error: refuseInvalid(parsed.error, `the ${name} message does not fit`) });
        return;
      }
      work(parsed.data).then(answer, (error: unknown) => {
        options.onFault(error);
        answer({ ok: false, error: tryAgain });
      });
    });
  }

  const queued =
    <Message>(work: (message: Message) => Promise<Answer>) =>
    async (message: Message): Promise<Answer> =>
      waiting >= mostWaiting
        ? { ok: false, error: refuse('rate_limited', 'too many topics at once; slow down') }
        : inTurn(() => work(message));

  on('subscribe', subscribeSchema, 'subscribe', queued(subscribe));
  on(
    'unsubscribe',
    unsubscribeSchema,
    'subscribe',
    queued(async ({ topic }) => {
      if (leave(topic)) options.onTopics(connection);
      return { ok: true };
    }),
  );
  on('command', commandSchema, 'command', command);
  on('signal', signalSchema, 'signal', signal);
  on('token', tokenSchema, 'token', renew);

  socket.once('disconnect', () => {
    for (const topic of [...topics.keys()]) leave(topic);
  });
  return connection;
}
