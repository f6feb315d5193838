import { z } from 'zod';
import { type Refusal, refusalSchema, refuse } from '#domain/errors.ts';
import { createStore } from './external-store.ts';
import type { ExternalStore, SignedIn, SignInResult } from './live.ts';

const signedInSchema = z.object({
  accessToken: z.string(),
  expiresIn: z.number(),
  user: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    org: z.string(),
    grants: z.array(z.object({ role: z.string(), place: z.string() })),
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
  signOut(): Promise<void>;
  /** Takes a new access token; false where the session has ended or the server cannot be reached. */
  refresh(): Promise<boolean>;
  stop(): void;
}

export interface PageSessionOptions {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  /** Called with each new token, so that an open connection outlives the one before. */
  readonly onToken: (token: string) => void;
}

/** Runs work that only one page of the browser may do at a time. */
async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  const { locks } = globalThis.navigator ?? {};
  return locks === undefined ? work() : locks.request('carewall-refresh', work);
}

const path = '/api/v1/session';
const retryMs = 3_000;

export function createPageSession({ url, fetch, onToken }: PageSessionOptions): PageSession {
  const who = createStore<SignedIn | 'signed-out' | 'unknown'>('unknown');
  let token: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let refreshing: Promise<boolean> | undefined;
  let stopped = false;

  async function request(method: string, to: string, body?: unknown): Promise<Response | undefined> {
    return fetch(`${url}${to}`, {
      method,
      credentials: 'same-origin',
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    }).catch(() => undefined);
  }

  function keep(body: unknown): boolean {
    const parsed = signedInSchema.safeParse(body);
    if (!parsed.success || stopped) return false;
    const { accessToken, expiresIn, user } = parsed.data;
    token = accessToken;
    const before = who.get();
    if (typeof before === 'string' || JSON.stringify(before) !== JSON.stringify(user)) who.set(user);
    onToken(accessToken);
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), expiresIn * 1000 * 0.8);
    return true;
  }

  function forget(): void {
    token = undefined;
    clearTimeout(timer);
    who.set('signed-out');
  }

  async function refreshOnce(): Promise<boolean> {
    const response = await request('POST', `${path}/refresh`);
    if (response?.ok) return keep(await response.json().catch(() => undefined));
    if (response?.status === 401 || response?.status === 403) forget();
    else if (!stopped) timer = setTimeout(() => void refresh(), retryMs);
    return false;
  }

  /** One at a time over all pages of the browser: a refresh token that comes twice would end the session of them all. */
  function refresh(): Promise<boolean> {
    clearTimeout(timer);
    refreshing ??= alone(refreshOnce).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  return {
    who,
    token: () => token,
    refresh,
    async signIn(email, password) {
      const response = await request('POST', path, { email, password });
      if (response === undefined)
        return { ok: false, error: refuse('unavailable', 'the server cannot be reached') };
      if (!response.ok) return { ok: false, error: await refusalOf(response) };
      if (keep(await response.json().catch(() => undefined))) return { ok: true };
      return { ok: false, error: refuse('unavailable', 'the server did not answer as it should') };
    },
    async signOut() {
      await request('DELETE', path);
      forget();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
