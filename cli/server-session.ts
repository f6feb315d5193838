import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type ErrorCode, errorCodes, type Issue, issueSchema } from '#domain/errors.ts';
import { type Command, type CommandAnswer, commandAnswerSchema } from '#domain/protocol.ts';
import { createHttpClient, type HttpAnswer, LostConnection } from './http-request.ts';

/** What the server made of a command. */
export type Answer =
  | { readonly ok: true; readonly answer: CommandAnswer }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly issues: readonly Issue[];
    };

/** Signed in at a server, over its HTTP door. */
export interface ServerSession {
  /**
   * Sends a command until it is answered: the same again where the connection is lost, or the server asks to wait. Raises a
   * `SessionError` where it has not been answered for as long as is waited, or nobody may speak any more.
   */
  send(command: Command, interrupted: AbortSignal): Promise<Answer>;
  signOut(): Promise<void>;
}

/** The server cannot be reached, or does not let us in; the message is for whoever is at the terminal. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
}

export interface SignInOptions {
  readonly url: URL;
  readonly email: string;
  readonly password: string;
  /** For how long a server that does not answer is waited for. */
  readonly patienceMs: number;
  /** How many requests may be on their way at once. */
  readonly connections: number;
}

const requestMs = 30_000;
/** How long before its end a token is renewed: what is on its way then must still arrive. */
const renewAheadMs = 60_000;

const signedInSchema = z.object({ accessToken: z.string(), expiresIn: z.number() });
const problemSchema = z.object({
  code: z.enum(errorCodes),
  detail: z.string().default('refused'),
  issues: z.array(issueSchema).default([]),
});

/** Signs in with a password. Raises a `SessionError` where that is refused. */
export async function signIn(options: SignInOptions): Promise<ServerSession> {
  const { url, email, password, patienceMs, connections } = options;
  const request = createHttpClient(url, { connections, timeoutMs: requestMs });
  let token = { text: '', renewAt: 0 };
  let cookie: string | undefined;
  let renewing: Promise<void> | undefined;
  let lastAnswerAt = Date.now();

  function granted(response: HttpAnswer): void {
    const parsed = signedInSchema.safeParse(jsonOf(response));
    if (!parsed.success) throw new SessionError(`${url.origin} wants more than a password for ${email}`);
    const { accessToken, expiresIn } = parsed.data;
    token = { text: accessToken, renewAt: Date.now() + Math.max(1_000, expiresIn * 1_000 - renewAheadMs) };
    const set = response.cookies.find((one) => one.startsWith('carewall_refresh='));
    cookie = set?.split(';', 1)[0] ?? cookie;
  }

  async function enter(): Promise<void> {
    const response = await request('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    if (response.status !== 200) throw failureOf(response);
    granted(response);
  }

  async function renew(): Promise<void> {
    if (cookie !== undefined) {
      const response = await request('/api/v1/session/refresh', { method: 'POST', headers: { cookie } });
      if (response.status === 200) return granted(response);
      if (response.status !== 401) throw failureOf(response);
    }
    // The session has ended, as it does when a server was restored or an answer to a renewal was lost.
    return enter();
  }

  /** One renewal, however many wait for it. */
  function renewed(): Promise<void> {
    renewing ??= renew().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  /** Tries until the server answers, or has not for too long. `again` in place of an answer: it is tried once more. */
  async function persistently<Result>(
    attempt: () => Promise<Result | { readonly againInMs: number }>,
    interrupted: AbortSignal | undefined,
  ): Promise<Result> {
    let waitMs = 250;
    for (;;) {
      let pauseMs = waitMs * (0.5 + Math.random());
      try {
        const result = await attempt();
        if (!isAgain(result)) {
          lastAnswerAt = Date.now();
          return result;
        }
        if (result.againInMs > 0) pauseMs = result.againInMs * (1 + Math.random() / 4);
      } catch (error) {
        // What the server said, and what we do not understand, is not to be tried again; a lost connection is.
        if (!(error instanceof LostConnection)) throw error;
      }
      if (Date.now() - lastAnswerAt > patienceMs) throw new SessionError(`${url.origin} does not answer`);
      if (interrupted?.aborted) throw new SessionError('interrupted');
      await sleep(pauseMs, undefined, interrupted === undefined ? {} : { signal: interrupted }).catch(
        () => undefined,
      );
      waitMs = Math.min(5_000, waitMs * 2);
    }
  }

  async function post(command: Command): Promise<Answer | { readonly againInMs: number }> {
    if (Date.now() >= token.renewAt) await renewed();
    const sent = token;
    const response = await request('/api/v1/commands', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token.text}`,
      },
      body: JSON.stringify(command),
    });
    if (response.status === 200) {
      return { ok: true, answer: commandAnswerSchema.parse(jsonOf(response)) };
    }
    if (response.status === 429 || response.status >= 500) {
      // A server that asks to wait is there.
      if (response.status === 429) lastAnswerAt = Date.now();
      return { againInMs: Number(response.header('retry-after') ?? 0) * 1_000 || 0 };
    }
    const problem = problemSchema.safeParse(jsonOf(response));
    if (!problem.success)
      throw new SessionError(`${url.origin} is no Carewall server: it answers ${response.status}`);
    const { code, detail: message, issues } = problem.data;
    if (code === 'unauthenticated') {
      // Others may have renewed it meanwhile.
      if (token === sent) token = { ...token, renewAt: 0 };
      return { againInMs: 0 };
    }
    return { ok: false, code, message, issues };
  }

  function failureOf(response: HttpAnswer): Error {
    const problem = problemSchema.safeParse(jsonOf(response));
    if (response.status >= 500) return new LostConnection(`the server answered ${response.status}`);
    if (!problem.success)
      return new SessionError(`${url.origin} is no Carewall server: it answers ${response.status}`);
    return new SessionError(`${url.origin} does not let ${email} in: ${problem.data.detail}`);
  }

  await persistently(async () => {
    await enter();
    return true;
  }, undefined);
  return {
    send: (command, interrupted) => persistently(() => post(command), interrupted),
    async signOut() {
      await request('/api/v1/session', {
        method: 'DELETE',
        headers: { authorization: `Bearer ${token.text}` },
      }).catch(() => undefined);
    },
  };
}

function isAgain(result: unknown): result is { readonly againInMs: number } {
  return typeof result === 'object' && result !== null && 'againInMs' in result;
}

/** The body of an answer, or nothing where it is not JSON. */
function jsonOf({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
