import { z } from 'zod';

/** A program that signs in and looks after its account, with the cookies that a browser would keep. */
export interface AccountClient {
  /** One request, with the cookies and the access token it has. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Signs in as a demo account, with a password alone. */
  signIn(role: string, password?: string): Promise<Answer>;
  cookie(name: string): string | undefined;
  forget(name: string): void;
  /** The access token it has; an Error where it has none. */
  token(): string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

const bodySchema = z.record(z.string(), z.unknown());

export function createAccountClient(url: () => string): AccountClient {
  const cookies = new Map<string, string>();
  let token: string | undefined;

  async function ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${url()}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookies.size === 0
          ? {}
          : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=');
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await response.text();
    const parsed = bodySchema.parse(text === '' ? {} : JSON.parse(text));
    if (typeof parsed.accessToken === 'string') token = parsed.accessToken;
    return { status: response.status, headers: response.headers, body: parsed };
  }

  return {
    ask,
    signIn: (role, password = 'demo-carewall') =>
      ask('POST', '/session', { email: `${role}@demo.carewall.example`, password }),
    cookie: (name) => cookies.get(name),
    forget: (name) => {
      cookies.delete(name);
    },
    token() {
      if (token === undefined) throw new Error('not signed in');
      return token;
    },
  };
}
