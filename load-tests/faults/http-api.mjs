import { pause } from './pause.mjs';

/**
 * One request of the public API. Rejects where the outcome is not known.
 * @param {string} url
 * @param {{ method?: string, token?: string, body?: unknown, text?: string, headers?: object, within?: number }} [options]
 *   `text`: a body as it is to go out, of JSON already
 * @returns {Promise<{ status: number, body: any }>}
 */
export async function request(url, options = {}) {
  const { method = 'GET', token, body, headers, within = 4_000 } = options;
  const text = options.text ?? (body === undefined ? undefined : JSON.stringify(body));
  // Not AbortSignal.timeout: what nobody holds but a request may be collected before it fires.
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error('no answer in time')), within);
  try {
    return await answerOf(url, { method, token, text, headers, signal: over.signal });
  } finally {
    clearTimeout(timer);
  }
}

async function answerOf(url, { method, token, text, headers, signal }) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(text === undefined ? {} : { body: text }),
    signal,
  });
  const answer = await response.text();
  return { status: response.status, body: answer === '' ? undefined : JSON.parse(answer) };
}

/**
 * Access tokens by role, as a client has them: signed in once, and again where one is refused.
 * @param {() => string} anyUrl the address of a node, another each time
 */
export function createTokens(anyUrl) {
  /** @type {Map<string, Promise<string>>} */
  const tokens = new Map();

  async function signIn(role) {
    for (let tried = 1; ; tried += 1) {
      const answer = await request(`${anyUrl()}/api/v1/session`, {
        method: 'POST',
        body: { email: `${role}@demo.carewall.example`, password: 'demo-carewall' },
      }).catch(() => undefined);
      if (answer?.status === 200) return answer.body.accessToken;
      if (tried >= 200) throw new Error(`nobody can sign in: ${answer?.status} ${answer?.body?.code}`);
      await pause(250);
    }
  }

  function ask(role) {
    const token = signIn(role);
    token.catch(() => tokens.delete(role));
    tokens.set(role, token);
    return token;
  }

  return {
    /** @param {string} role */
    get: (role) => tokens.get(role) ?? ask(role),
    /** A token in the place of one that was refused. */
    async renew(role, refused) {
      const known = tokens.get(role);
      return known !== undefined && (await known) !== refused ? known : ask(role);
    },
  };
}
