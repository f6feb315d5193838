import { z } from 'zod';
import { type Refusal, refusalSchema, refuse } from '#domain/errors.ts';
import { createStore } from './external-store.ts';
import type { ExternalStore, SignedIn, SignInResult } from './live.ts';
import type { Page } from './page.ts';

const signedInSchema = z.object({
  accessToken: z.string(),
  expiresIn: z.number(),
  idleSeconds: z.number().optional(),
  user: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    org: z.string(),
    grants: z.array(z.object({ role: z.string(), place: z.string() })),
  }),
});

const mfaSchema = z.object({
  mfa: z.object({
    challenge: z.string(),
    methods: z.array(z.enum(['totp', 'passkey', 'backup'])),
    publicKey: z.record(z.string(), z.unknown()).optional(),
  }),
});

const problemSchema = z.object({
  code: refusalSchema.shape.code,
  detail: z.string(),
  issues: refusalSchema.shape.issues,
});

/** Why a request came to nothing, as the server says; `unavailable` where it does not say. */
export async function refusalOf(response: Response): Promise<Refusal> {
  const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (!problem.success) return refuse('unavailable', 'the server did not answer as it should');
  return refuse(problem.data.code, problem.data.detail, problem.data.issues);
}

/** Who is signed in on this page. The access token is in memory alone; the cookie that renews it is out of reach. */
export interface PageSession {
  readonly who: ExternalStore<SignedIn | 'signed-out' | 'unknown'>;
  token(): string | undefined;
  signIn(email: string, password: string): Promise<SignInResult>;
  /** Goes on with a sign-in, or makes one by other means than a password. */
  enter(by: 'mfa' | 'passkey', body: unknown): Promise<SignInResult>;
  /** Takes the session whose cookie this browser was given; whoever left here before has left. */
  adopt(): Promise<boolean>;
  /** Signs out here at once; the server is told as soon as it can be reached. */
  signOut(): Promise<void>;
  /** Takes a new access token; false where the session has ended or the server cannot be reached. */
  refresh(): Promise<boolean>;
  /** The server says what whoever is signed in may do now. */
  granted(grants: SignedIn['grants']): void;
  /** The server has ended the session: nothing of it stays, whatever a refresh brings. */
  ended(): void;
  stop(): void;
}

export interface PageSessionOptions {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly page: Pick<Page, 'alone' | 'leaving'>;
  /** Called with each new token, so that an open connection outlives the one before. */
  readonly onToken: (token: string) => void;
  /** Called with each new token too: after how many seconds without use the session ends. `entered`: somebody has just signed in. */
  readonly onIdle?: (seconds: number | undefined, entered: boolean) => void;
}

const path = '/api/v1/session';
const retryMs = 3_000;
/** A request that hangs would keep every page of the browser from renewing its session. */
export const answerWithinMs = 10_000;
const leastRenewMs = 5_000;
const mostRenewMs = 24 * 3_600_000;

export function createPageSession({ url, fetch, page, onToken, onIdle }: PageSessionOptions): PageSession {
  const who = createStore<SignedIn | 'signed-out' | 'unknown'>('unknown');
  let token: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let refreshing: Promise<boolean> | undefined;
  let stopped = false;
  /** Counts sign-ins and sign-outs: an answer to what was asked before one of them is nobody's. */
  let turn = 0;
  let queue: Promise<unknown> = Promise.resolve();

  /** One at a time, here and over all pages of the browser: a refresh token that comes twice would end their session. */
  function alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = queue.then(() => page.alone(work));
    queue = next.catch(() => undefined);
    return next;
  }

  async function request(method: string, to: string, body?: unknown): Promise<Response | undefined> {
    return fetch(`${url}${to}`, {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(answerWithinMs),
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    }).catch(() => undefined);
  }

  function later(ms: number, work: () => Promise<unknown>): void {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void work(), ms);
  }

  function keep(
    { accessToken, expiresIn, idleSeconds, user }: z.infer<typeof signedInSchema>,
    entered: boolean,
  ): void {
    token = accessToken;
    onIdle?.(idleSeconds, entered);
    const before = who.get();
    if (typeof before === 'string' || JSON.stringify(before) !== JSON.stringify(user)) who.set(user);
    onToken(accessToken);
    later(Math.min(mostRenewMs, Math.max(leastRenewMs, expiresIn * 1000 * 0.8)), refresh);
  }

  function forget(): void {
    token = undefined;
    clearTimeout(timer);
    who.set('signed-out');
  }

  async function refreshOnce(): Promise<boolean> {
    if (stopped) return false;
    if (page.leaving.get()) {
      // Somebody signed out at this browser while the server could not be told; its cookie is still there.
      forget();
      void leave();
      return false;
    }
    const began = turn;
    const response = await request('POST', `${path}/refresh`);
    const parsed = signedInSchema.safeParse(response?.ok && (await response.json().catch(() => undefined)));
    if (stopped || began !== turn) return false;
    if (parsed.success) keep(parsed.data, false);
    else if (response?.status === 401 || response?.status === 403) forget();
    // Spread out: a thousand screens may have lost the server in the same moment.
    else later(retryMs * (0.5 + Math.random()), refresh);
    return parsed.success;
  }

  function refresh(): Promise<boolean> {
    clearTimeout(timer);
    refreshing ??= alone(refreshOnce).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  function enter(to: string, body: unknown): Promise<SignInResult> {
    return alone(async () => {
      const response = await request('POST', to, body);
      if (response === undefined)
        return { ok: false, error: refuse('unavailable', 'the server cannot be reached') };
      if (!response.ok) return { ok: false, error: await refusalOf(response) };
      const answer: unknown = await response.json().catch(() => undefined);
      const more = mfaSchema.safeParse(answer);
      if (more.success) return { ok: false, mfa: more.data.mfa };
      const parsed = signedInSchema.safeParse(answer);
      if (!parsed.success || stopped)
        return { ok: false, error: refuse('unavailable', 'the server did not answer as it should') };
      turn += 1;
      page.leaving.set(false);
      keep(parsed.data, true);
      return { ok: true };
    });
  }

  /** Tells the server of a sign-out, again and again until it has heard it or somebody signs in. */
  async function leave(): Promise<void> {
    const heard = await alone(async () => {
      if (stopped || !page.leaving.get()) return true;
      const status = (await request('DELETE', path))?.status ?? 503;
      const done = status < 500 && status !== 429;
      if (done) page.leaving.set(false);
      return done;
    });
    if (!heard) later(retryMs * (0.5 + Math.random()), leave);
  }

  return {
    who,
    token: () => token,
    refresh,
    signIn: (email, password) => enter(path, { email, password }),
    enter: (by, body) => enter(`${path}/${by}`, body),
    adopt() {
      turn += 1;
      page.leaving.set(false);
      return refresh();
    },
    async signOut() {
      turn += 1;
      page.leaving.set(true);
      forget();
      await leave();
    },
    granted(grants) {
      const before = who.get();
      if (typeof before !== 'string') who.set({ ...before, grants });
    },
    ended() {
      turn += 1;
      forget();
      // The cookie may be that of another session by now, from another page of this browser.
      void refresh();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
