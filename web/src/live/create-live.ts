import { type Refusal, refuse } from '#domain/errors.ts';
import { instantOf, millis } from '#domain/instant.ts';
import { headsSchema, revokedSchema, type Snapshot, snapshotSchema } from '#domain/protocol.ts';
import { createCommands } from './commands.ts';
import { createConnection } from './connection.ts';
import { createContactWatch } from './contact.ts';
import { createStore } from './external-store.ts';
import type { ExternalStore, Live, TopicReading } from './live.ts';
import { createPageSession, refusalOf } from './session.ts';
import { createTopicSubscriptions } from './subscriptions.ts';
import { readTopicList } from './topic-list.ts';

export interface LiveOptions {
  readonly url?: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: () => number;
}

const checkMs = 500;
const retryListMs = 3_000;

/** Wires the client's half of the contract for one page, and begins by finding out who is signed in. */
export function createLive(options: LiveOptions = {}): Live {
  const {
    url = globalThis.location?.origin ?? '',
    fetch = globalThis.fetch.bind(globalThis),
    clock = Date.now,
  } = options;
  const contact = createContactWatch(clock);
  const topics = createStore<ReturnType<Live['topics']['get']>>('loading');
  /** How far the server's clock is ahead of ours. */
  let ahead = 0;
  const now = (): number => clock() + ahead;

  const session = createPageSession({
    url,
    fetch,
    onToken(token) {
      if (connection.isOpen()) connection.ask('token', { token }).catch(() => undefined);
    },
  });

  const subscriptions = createTopicSubscriptions({
    ask: (name, payload) => connection.ask(name, payload),
    fetchSnapshot,
    now: () => instantOf(now()),
  });

  const connection = createConnection({
    url,
    token: session.token,
    refresh: session.refresh,
    onOpen: subscriptions.connected,
    onClose: subscriptions.disconnected,
    onHeard: contact.heard,
    on: {
      event: subscriptions.frame,
      heads(payload) {
        const heads = headsSchema.safeParse(payload);
        if (!heads.success) return;
        ahead = millis(heads.data.at) - clock();
        subscriptions.heads(heads.data);
      },
      revoked(payload) {
        const notice = revokedSchema.safeParse(payload);
        if (!notice.success) return;
        if (notice.data.reason === 'session') {
          void session.refresh();
          return;
        }
        subscriptions.revoked(notice.data);
        void listTopics();
      },
    },
  });

  async function get(path: string): Promise<Response | undefined> {
    return fetch(`${url}${path}`, { headers: { authorization: `Bearer ${session.token() ?? ''}` } }).catch(
      () => undefined,
    );
  }

  async function fetchSnapshot(path: string): Promise<Snapshot | Refusal> {
    // Only our own server's paths: what a message says must not lead a token elsewhere.
    const response = path.startsWith('/api/') ? await get(path) : undefined;
    if (response === undefined) return refuse('unavailable', 'the server cannot be reached');
    if (!response.ok) return refusalOf(response);
    const parsed = snapshotSchema.safeParse(await response.json().catch(() => undefined));
    return parsed.success ? parsed.data : refuse('unavailable', 'the server did not answer as it should');
  }

  let listing = 0;
  async function listTopics(): Promise<void> {
    listing += 1;
    const mine = listing;
    const list = await readTopicList(get);
    if (mine !== listing || typeof session.who.get() === 'string') return;
    // What could be listed before stays on the screen while the server cannot be reached.
    if (Array.isArray(list) || !Array.isArray(topics.get())) topics.set(list);
    if (!Array.isArray(list)) setTimeout(() => mine === listing && void listTopics(), retryListMs);
  }

  let signedInAs: string | undefined;
  const stopWho = session.who.subscribe(() => {
    const who = session.who.get();
    const id = typeof who === 'string' ? undefined : who.id;
    if (id === signedInAs) return;
    signedInAs = id;
    listing += 1;
    topics.set('loading');
    connection.close();
    subscriptions.clear();
    if (id === undefined) return;
    connection.open();
    void listTopics();
  });
  const stopContact = contact.store.subscribe(() =>
    subscriptions.contact(contact.store.get().status === 'lost'),
  );
  // Without anybody signed in there is nothing to hear.
  const check = (): void => (signedInAs === undefined ? undefined : contact.check());
  const timer = setInterval(check, checkMs);
  globalThis.document?.addEventListener('visibilitychange', check);

  void session.refresh();

  return {
    session: session.who,
    contact: contact.store,
    // A topic's state has passed the schema of its own definition; which type that is, the caller knows by the topic.
    topic: <State>(name: string) => subscriptions.topic(name) as ExternalStore<TopicReading<State>>,
    topics,
    send: createCommands({
      ask: (name, payload) => connection.ask(name, payload),
      isOpen: connection.isOpen,
      clock,
    }),
    signIn: session.signIn,
    signOut: session.signOut,
    now,
    stop() {
      stopWho();
      stopContact();
      clearInterval(timer);
      globalThis.document?.removeEventListener('visibilitychange', check);
      connection.close();
      session.stop();
    },
  };
}
