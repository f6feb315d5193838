import { type Refusal, refuse } from '#domain/errors.ts';
import { instantOf, millis } from '#domain/instant.ts';
import {
  headsSchema,
  revokedSchema,
  rightsSchema,
  type Signalled,
  type Snapshot,
  signalledSchema,
  snapshotSchema,
} from '#domain/protocol.ts';
import { createCommands } from './commands.ts';
import { createConnection } from './connection.ts';
import { createContactWatch } from './contact.ts';
import { createStore } from './external-store.ts';
import { createIdleWatch } from './idle.ts';
import type { ExternalStore, Live, SendResult, SignedIn, TopicReading } from './live.ts';
import type { Page } from './page.ts';
import { createProofRequest } from './proving.ts';
import { answerWithinMs, createPageSession, refusalOf } from './session.ts';
import { createTopicSubscriptions } from './subscriptions.ts';
import { readTopicList } from './topic-list.ts';

export interface LiveOptions {
  readonly url?: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: () => number;
}

const checkMs = 500;
const retryListMs = 3_000;

/** Wires the client's half of the contract on a page, and begins by finding out who is signed in. */
export function wireLive(page: Page, options: LiveOptions = {}): Live {
  const { url = page.origin, fetch = globalThis.fetch.bind(globalThis), clock = Date.now } = options;
  const topics = createStore<ReturnType<Live['topics']['get']>>('loading');
  /** How far the server's clock is ahead of ours. */
  let ahead = 0;
  const now = (): number => clock() + ahead;
  const contact = createContactWatch(clock, now);

  const session = createPageSession({
    url,
    fetch,
    page,
    onToken: (token) => connection.renewed(token),
    onIdle: (seconds, entered) => idle.begin(seconds, entered),
  });
  const idle = createIdleWatch({
    page,
    clock,
    tell: async () => (await get('/api/v1/session/active', 'POST'))?.ok === true,
    onOver: () => void session.refresh(),
  });
  const proof = createProofRequest();

  const listeners = new Map<string, Set<(said: Signalled) => void>>();

  const subscriptions = createTopicSubscriptions({
    ask: (name, payload) => connection.ask(name, payload),
    fetchSnapshot,
    now: () => instantOf(now()),
    clock,
  });

  const connection = createConnection({
    url,
    token: session.token,
    refresh: () => void session.refresh(),
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
      signal(payload) {
        const said = signalledSchema.safeParse(payload);
        if (!said.success) return;
        for (const listener of listeners.get(said.data.topic) ?? []) listener(said.data);
      },
      revoked(payload) {
        const notice = revokedSchema.safeParse(payload);
        if (!notice.success) return;
        if (notice.data.reason === 'session') {
          session.ended();
          return;
        }
        subscriptions.revoked(notice.data);
        void listTopics();
      },
      rights(payload) {
        const rights = rightsSchema.safeParse(payload);
        // What one may see besides is listed again with it.
        if (rights.success) session.granted(rights.data.grants);
      },
    },
  });

  async function get(path: string, method = 'GET', body?: unknown): Promise<Response | undefined> {
    return fetch(`${url}${path}`, {
      method,
      headers: {
        ...(session.token() === undefined ? {} : { authorization: `Bearer ${session.token()}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.timeout(answerWithinMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => undefined);
  }

  async function fetchSnapshot(path: string): Promise<Snapshot | Refusal> {
    // Only our own server's paths: what a message says must not lead a token elsewhere.
    const response = path.startsWith('/api/') ? await get(path) : undefined;
    if (response === undefined) return refuse('unavailable', 'the server cannot be reached');
    if (!response.ok) return refusalOf(response);
    const parsed = snapshotSchema.safeParse(await response.json().catch(() => undefined));
    return parsed.success ? parsed.data : refuse('unavailable', 'the server did not answer as it should');
  }

  async function askOnce(method: string, path: string, body?: unknown): Promise<SendResult> {
    const response = path.startsWith('/api/') ? await get(path, method, body) : undefined;
    if (response === undefined)
      return { ok: false, error: refuse('unavailable', 'the server cannot be reached') };
    if (!response.ok) return { ok: false, error: await refusalOf(response) };
    return { ok: true, result: await response.json().catch(() => undefined) };
  }

  /** Asks the person for a proof where the server wants one, and then asks the server again. What they have typed stays. */
  async function proved(ask: () => Promise<SendResult>): Promise<SendResult> {
    const answer = await ask();
    if (answer.ok || answer.error.code !== 'step_up') return answer;
    return (await proof.ask()) ? ask() : answer;
  }

  let listing = 0;
  let listTimer: ReturnType<typeof setTimeout> | undefined;
  async function listTopics(): Promise<void> {
    clearTimeout(listTimer);
    listing += 1;
    const mine = listing;
    const list = await readTopicList(get);
    if (mine !== listing) return;
    // What could be listed before stays on the screen while the server cannot be reached.
    if (Array.isArray(list) || !Array.isArray(topics.get())) topics.set(list);
    if (Array.isArray(list)) subscriptions.listed(list.map(({ topic }) => topic));
    else listTimer = setTimeout(() => void listTopics(), retryListMs * (0.5 + Math.random()));
  }
  function listNothing(): void {
    clearTimeout(listTimer);
    listing += 1;
  }

  const signedIn = (): SignedIn | undefined => {
    const who = session.who.get();
    return typeof who === 'string' ? undefined : who;
  };
  let last: SignedIn | undefined;
  const stopWho = session.who.subscribe(() => {
    const [before, after] = [last, signedIn()];
    last = after;
    if (before?.id === after?.id && before?.org === after?.org) {
      // The same person with other grants: what was hidden may be there now.
      if (after !== undefined) void listTopics();
      return;
    }
    listNothing();
    proof.giveUp();
    if (after === undefined) idle.end();
    topics.set('loading');
    connection.close();
    subscriptions.clear();
    if (after === undefined) return;
    contact.begin();
    connection.open();
    void listTopics();
  });
  const stopContact = contact.store.subscribe(() =>
    subscriptions.contact(contact.store.get().status === 'lost'),
  );
  function check(): void {
    // Without anybody signed in there is nothing to hear.
    if (signedIn() === undefined) return;
    contact.check();
    subscriptions.check();
    idle.check();
  }
  const timer = setInterval(check, checkMs);
  const stopWake = page.onWake(check);

  void session.refresh();

  const send = createCommands({
    ask: (name, payload) => connection.ask(name, payload),
    isOpen: connection.isOpen,
    sender: () => signedIn()?.id,
    now,
    clock,
  });

  return {
    session: session.who,
    contact: contact.store,
    // A topic's state has passed the schema of its own definition; which type that is, the caller knows by the topic.
    topic: <State>(name: string) => subscriptions.topic(name) as ExternalStore<TopicReading<State>>,
    topics,
    send: (command) => proved(() => send(command)),
    post: (path, body) => askOnce('POST', path, body),
    ask: (method, path, body) => proved(() => askOnce(method, path, body)),
    proving: proof.store,
    idle: idle.store,
    signal(signal) {
      // Of something that is lost as a matter of course nobody needs to know that it was.
      connection.ask('signal', signal).catch(() => undefined);
    },
    onSignal(topic, listener) {
      const all = listeners.get(topic) ?? new Set();
      listeners.set(topic, all.add(listener));
      return () => {
        all.delete(listener);
        if (all.size === 0 && listeners.get(topic) === all) listeners.delete(topic);
      };
    },
    signIn: session.signIn,
    enter: session.enter,
    adopt: session.adopt,
    signOut: session.signOut,
    now,
    stop() {
      stopWho();
      stopContact();
      clearInterval(timer);
      stopWake();
      idle.stop();
      listNothing();
      connection.close();
      subscriptions.clear();
      session.stop();
    },
  };
}
