import type { CommunicationStatus } from '#domain/conversations/communication.ts';
import type { Message } from '#domain/conversations/schema.ts';
import type { Refusal } from '#domain/errors.ts';
import type { ExternalStore, Live } from '../live/live.ts';

/** Something this person has sent that the server has not shown yet. */
export interface Unsent {
  readonly id: string;
  readonly text: string;
  readonly priority: Message['priority'];
  readonly replyTo: string | undefined;
  /** `preparation` until the server has it; `not-done` where it refused; `completed` where only its event is awaited. */
  readonly status: Extract<CommunicationStatus, 'preparation' | 'not-done' | 'completed'>;
  readonly refusal?: Refusal;
}

/** What somebody has written in one conversation: what is on its way, and what still stands in the composer. */
export interface Written {
  readonly draft: string;
  readonly unsent: readonly Unsent[];
}

export interface Outbox {
  of(conversation: string): ExternalStore<Written>;
  write(conversation: string, draft: string): void;
  /** Sends a message, after those of the same conversation that were sent before it. */
  send(conversation: string, message: Pick<Unsent, 'id' | 'text' | 'priority' | 'replyTo'>): void;
  /** Takes a message out: it is there, or it is not to be sent. */
  forget(conversation: string, ids: readonly string[]): void;
}

const nothing: Written = { draft: '', unsent: [] };

/** Keeps what is written on this page, in memory alone, for as long as the same person is signed in. */
export function createOutbox(live: Pick<Live, 'send' | 'session'> & Partial<Pick<Live, 'idle'>>): Outbox {
  const listeners = new Set<() => void>();
  let written: ReadonlyMap<string, Written> = new Map();
  const queues = new Map<string, Promise<void>>();
  const personNow = (): string | undefined => {
    const who = live.session.get();
    return typeof who === 'string' ? undefined : who.id;
  };
  let person = personNow();

  live.session.subscribe(() => {
    const now = personNow();
    // A renewal that fails for a moment is no sign-out.
    if (live.session.get() === 'unknown' || now === person) return;
    // Whoever was signed out for having been away finds what they were writing when they come back; anybody else nothing.
    if (now === undefined && live.idle?.get().status === 'over') return;
    person = now;
    written = new Map();
    tell();
  });

  function tell(): void {
    for (const listener of [...listeners]) listener();
  }

  function change(conversation: string, next: (before: Written) => Written): void {
    written = new Map(written).set(conversation, next(written.get(conversation) ?? nothing));
    tell();
  }

  function become(conversation: string, id: string, to: Pick<Unsent, 'status' | 'refusal'>): void {
    change(conversation, (before) => ({
      ...before,
      unsent: before.unsent.map((one) => (one.id === id ? { ...one, ...to } : one)),
    }));
  }

  async function deliver(
    conversation: string,
    message: Pick<Unsent, 'id' | 'text' | 'priority' | 'replyTo'>,
  ) {
    const { id, text, priority, replyTo } = message;
    const data = { conversation, message: id, text, priority, ...(replyTo === undefined ? {} : { replyTo }) };
    const answer = await live.send({ type: 'message.send', data });
    // Sent again after its first answer was lost: it is there.
    const there = answer.ok || answer.error.issues?.some(({ path }) => path === 'data.message');
    if (there) become(conversation, id, { status: 'completed' });
    else if (!answer.ok) become(conversation, id, { status: 'not-done', refusal: answer.error });
  }

  return {
    of: (conversation) => ({
      get: () => written.get(conversation) ?? nothing,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
    write: (conversation, draft) => change(conversation, (before) => ({ ...before, draft })),
    send(conversation, message) {
      const entry: Unsent = { ...message, status: 'preparation' };
      change(conversation, (before) => ({
        ...before,
        unsent: [...before.unsent.filter(({ id }) => id !== message.id), entry],
      }));
      const before = queues.get(conversation) ?? Promise.resolve();
      queues.set(
        conversation,
        before.then(() => deliver(conversation, message)),
      );
    },
    forget: (conversation, ids) =>
      change(conversation, (before) => ({
        ...before,
        unsent: before.unsent.filter(({ id }) => !ids.includes(id)),
      })),
  };
}

const outboxes = new WeakMap<Live, Outbox>();

/** The one outbox of a page. */
export function outboxOf(live: Live): Outbox {
  const known = outboxes.get(live);
  if (known !== undefined) return known;
  const made = createOutbox(live);
  outboxes.set(live, made);
  return made;
}
