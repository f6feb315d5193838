import type { Issue, Refusal } from '#domain/errors.ts';
import type { Instant } from '#domain/instant.ts';
import type { Signalled, TopicList } from '#domain/protocol.ts';

/** Who is signed in, as the server says. */
export interface SignedIn {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly org: string;
  readonly grants: readonly { readonly role: string; readonly place: string }[];
}

/** A topic as this client has it. Every value a screen shows comes from one of these. */
export interface TopicReading<State> {
  /**
   * `loading`: nothing yet. `current`: the server has confirmed it within the last seconds. `behind`: what is shown may
   * be old (no contact, or a gap that is being filled). `missing`: there is no such topic for this person.
   */
  readonly status: 'loading' | 'current' | 'behind' | 'missing';
  readonly state: State | undefined;
  readonly seq: number;
  /** When the server last confirmed that this is the newest there is, by the server's clock. */
  readonly confirmedAt: Instant | undefined;
}

/**
 * Whether the server is heard. `lost` once nothing has come from it for 5 s, `since` when it was last heard, by the
 * server's clock.
 */
export interface Contact {
  readonly status: 'connecting' | 'live' | 'lost';
  readonly since: Instant;
}

export type SendResult =
  | { readonly ok: true; readonly result?: unknown }
  | { readonly ok: false; readonly error: Refusal };

/** What somebody is asked for after their password. */
export interface SecondFactorAsked {
  readonly challenge: string;
  readonly methods: readonly ('totp' | 'passkey' | 'backup')[];
  /** For the browser, where one of them is a passkey. */
  readonly publicKey?: Readonly<Record<string, unknown>> | undefined;
}

/** What is left to do at one sign-in. */
export type SignInResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly mfa: SecondFactorAsked }
  | { readonly ok: false; readonly error: Refusal };

/**
 * Whether somebody uses this page. `warned`: nobody has for so long that the session ends at `endsAt`, by this machine's
 * clock. `over`: it has ended for that, after so many minutes.
 */
export type Idle =
  | { readonly status: 'used' }
  | { readonly status: 'warned'; readonly endsAt: number }
  | { readonly status: 'over'; readonly minutes: number };

/** Somebody is asked to prove again that they are there. */
export interface Proving {
  /** Says how that ended: whatever waits for it goes on, or is given up. */
  done(proved: boolean): void;
}

/** The client's half of the contract, one for each page. Its parts are external stores for `useSyncExternalStore`. */
export interface Live {
  readonly session: ExternalStore<SignedIn | 'signed-out' | 'unknown'>;
  readonly contact: ExternalStore<Contact>;
  /** A subscription to a topic, shared by all who ask for it and kept while any of them listens. */
  topic<State>(topic: string): ExternalStore<TopicReading<State>>;
  /** What this person may see, all pages of it. Read again at each sign-in, after `revoked`, and when grants change. */
  readonly topics: ExternalStore<TopicList['topics'] | 'loading' | { readonly error: Refusal }>;
  /** Sends a command and gives the server's answer after its commit. Tries again, under the same id, through lost contact. */
  send(command: { type: string; data: Record<string, unknown>; expect?: number }): Promise<SendResult>;
  /** Asks at another door of the server, one that is neither a command nor a topic, as whoever is signed in. Once. */
  post(path: string, body?: unknown): Promise<SendResult>;
  /** The same by any method and with a body. Where the server asks for a proof, the person is, and it is asked again. */
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<SendResult>;
  /** Who has to prove again that they are there, while the server waits for that. */
  readonly proving: ExternalStore<Proving | undefined>;
  /** Whether somebody uses this page, and how long the session lasts if nobody does. */
  readonly idle: ExternalStore<Idle>;
  /** Says something volatile to all who have a topic open: it is not kept, and may be lost. */
  signal(signal: { topic: string; type: string; data: Record<string, unknown> }): void;
  /** Hears what others say so about a topic, while it is open here. Gives a function that ends it. */
  onSignal(topic: string, listener: (said: Signalled) => void): () => void;
  signIn(email: string, password: string): Promise<SignInResult>;
  /** Goes on with a sign-in, or makes one by other means than a password. */
  enter(by: 'mfa' | 'passkey', body: unknown): Promise<SignInResult>;
  /** Takes the session whose cookie another door of the server has given this browser. False where there is none. */
  adopt(): Promise<boolean>;
  signOut(): Promise<void>;
  /** The server's clock in milliseconds since 1970, from the last heads and what has passed here since. */
  now(): number;
  stop(): void;
}

export interface ExternalStore<Value> {
  get(): Value;
  subscribe(listener: () => void): () => void;
}

export type { Issue };
