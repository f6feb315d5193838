import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ErrorCode, errorStatus } from '#domain/errors.ts';
import { createPageSession } from './session.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  // What is spread out by chance comes in the middle: a retry after 3 s.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const nurse = {
  id: 'n',
  name: 'Nurse',
  email: 'n@x.example',
  org: 'o',
  grants: [{ role: 'nurse', place: 'w' }],
};
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const granted = (accessToken: string, user = nurse, expiresIn = 600) =>
  json({ accessToken, expiresIn, user });
const problem = (code: ErrorCode, more = {}) =>
  json({ code, detail: 'because', status: errorStatus[code], ...more }, errorStatus[code]);

type Reply = Response | Promise<Response>;

/** A session on a page, whose requests are answered by what the test gives for each. */
function session(reply: (request: string, count: number) => Reply) {
  const requests: string[] = [];
  const tokens: string[] = [];
  let leaving = false;
  let atOnce = 0;
  let mostAtOnce = 0;
  const page = {
    // What a browser's locks do is done by the pages' being one.
    alone: <Result>(work: () => Promise<Result>) => work(),
    leaving: {
      get: () => leaving,
      set(next: boolean) {
        leaving = next;
      },
    },
  };
  const open = () =>
    createPageSession({
      url: 'http://here.example',
      async fetch(input, init) {
        const request = `${init?.method} ${new URL(String(input)).pathname.slice('/api/v1'.length)}`;
        requests.push(request);
        atOnce += 1;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        try {
          return await reply(request, requests.filter((each) => each === request).length);
        } finally {
          atOnce -= 1;
        }
      },
      page,
      onToken: (token) => void tokens.push(token),
    });
  return { ...open(), open, requests, tokens, page, mostAtOnce: () => mostAtOnce };
}

const refreshed = 'POST /session/refresh';
const offline = () => Promise.reject(new TypeError('failed to fetch'));

/** An answer that comes when the test says. */
function later() {
  let give: (response: Response) => void = () => undefined;
  const answer = new Promise<Response>((resolve) => {
    give = resolve;
  });
  return { answer, give: (response: Response) => give(response) };
}

describe('a second factor', () => {
  const asked = { mfa: { challenge: 'c', methods: ['totp', 'backup'] } };

  test('is asked for after the password, and ends the sign-in', async () => {
    const at = session((request) =>
      request === 'POST /session'
        ? json(asked)
        : json({ accessToken: 't', expiresIn: 600, idleSeconds: 900, user: nurse }),
    );
    expect(await at.signIn('n', 'p')).toEqual({ ok: false, mfa: asked.mfa });
    expect(at.tokens).toEqual([]);
    expect(await at.enter('mfa', { challenge: 'c', method: 'totp', code: '1' })).toEqual({ ok: true });
    expect(at.who.get()).toEqual(nurse);
    expect(at.requests).toEqual(['POST /session', 'POST /session/mfa']);
  });

  test('that is wrong leaves everything as it was', async () => {
    const at = session(() => problem('unauthenticated'));
    expect(await at.enter('passkey', {})).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
    expect(at.who.get()).toBe('unknown');
  });
});

describe('on a page that loads', () => {
  test('the cookie says who is signed in, and the token is handed on', async () => {
    const at = session(() => granted('t1'));
    expect(at.who.get()).toBe('unknown');
    expect(await at.refresh()).toBe(true);
    expect(at.who.get()).toEqual(nurse);
    expect(at.token()).toBe('t1');
    expect(at.tokens).toEqual(['t1']);
  });

  test.each(['unauthenticated', 'forbidden'] as const)('nobody is signed in where it is %s', async (code) => {
    const at = session(() => problem(code));
    expect(await at.refresh()).toBe(false);
    expect(at.who.get()).toBe('signed-out');
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['no network', offline],
    ['a server that cannot now', () => problem('unavailable')],
    ['too many requests', () => problem('rate_limited')],
    ['a proxy’s page', () => new Response('<html>', { status: 502 })],
    ['an answer that is none', () => json({ hello: 1 })],
  ])('%s signs nobody out, and is tried again', async (_what, reply) => {
    const at = session((_request, count) => (count <= 2 ? reply() : granted('t1')));
    expect(await at.refresh()).toBe(false);
    expect(at.who.get()).toBe('unknown');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(at.who.get()).toBe('unknown');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(at.who.get()).toEqual(nurse);
    expect(at.requests).toEqual([refreshed, refreshed, refreshed]);
  });
});

describe('renewal', () => {
  test('comes before the token ends, again and again, and tells nobody who is the same', async () => {
    const at = session((_request, count) => granted(`t${count}`));
    await at.refresh();
    const heard = vi.fn();
    at.who.subscribe(heard);
    await vi.advanceTimersByTimeAsync(479_000);
    expect(at.tokens).toEqual(['t1']);
    await vi.advanceTimersByTimeAsync(2_000);
    await vi.advanceTimersByTimeAsync(480_000);
    expect(at.tokens).toEqual(['t1', 't2', 't3']);
    expect(at.token()).toBe('t3');
    expect(heard).not.toHaveBeenCalled();
  });

  test('through a lost network keeps whoever is signed in, until the server says otherwise', async () => {
    const at = session((_request, count) => {
      if (count === 1) return granted('t1');
      return count < 5 ? offline() : problem('unauthenticated');
    });
    await at.refresh();
    await vi.advanceTimersByTimeAsync(480_000 + 8_000);
    expect(at.who.get()).toEqual(nurse);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(at.who.get()).toBe('signed-out');
    expect(at.token()).toBeUndefined();
  });

  test('is never a storm, whatever life the server gives a token', async () => {
    for (const expiresIn of [0, -5, 1e12]) {
      const at = session((_request, count) => granted(`t${count}`, nurse, expiresIn));
      await at.refresh();
      await vi.advanceTimersByTimeAsync(4_999);
      expect(at.tokens).toEqual(['t1']);
      at.stop();
    }
  });

  test('tells of other grants', async () => {
    const more = { ...nurse, grants: [] };
    const at = session((_request, count) => granted(`t${count}`, count === 1 ? nurse : more));
    await at.refresh();
    await at.refresh();
    expect(at.who.get()).toEqual(more);
  });

  test('INV-3.5 is one request, however many ask for it, and never two at once', async () => {
    const at = session(async (_request, count) => granted(`t${count}`));
    expect(await Promise.all([at.refresh(), at.refresh(), at.refresh()])).toEqual([true, true, true]);
    expect(at.requests).toEqual([refreshed]);
    await Promise.all([at.refresh(), at.signIn('n', 'p'), at.signOut()]);
    expect(at.mostAtOnce()).toBe(1);
  });

  test('ends with the page', async () => {
    const { answer, give } = later();
    const at = session((_request, count) => (count === 1 ? granted('t1') : answer));
    await at.refresh();
    const second = at.refresh();
    at.stop();
    give(granted('t2'));
    expect(await second).toBe(false);
    expect(at.tokens).toEqual(['t1']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('signing in', () => {
  test('tells who one is', async () => {
    const at = session((request) => (request === refreshed ? problem('unauthenticated') : granted('t1')));
    await at.refresh();
    expect(await at.signIn('n', 'p')).toEqual({ ok: true });
    expect(at.who.get()).toEqual(nurse);
    expect(at.tokens).toEqual(['t1']);
  });

  test.each([
    ['a wrong password', () => problem('unauthenticated'), { code: 'unauthenticated', message: 'because' }],
    ['too many attempts', () => problem('rate_limited'), { code: 'rate_limited', message: 'because' }],
    [
      'bad input',
      () => problem('invalid', { issues: [{ path: 'email', message: 'is needed' }] }),
      { code: 'invalid', message: 'because', issues: [{ path: 'email', message: 'is needed' }] },
    ],
    ['no network', offline, { code: 'unavailable' }],
    ['a proxy’s page', () => new Response('<html>', { status: 502 }), { code: 'unavailable' }],
    ['an answer that is none', () => json({ mfa: {} }), { code: 'unavailable' }],
  ])('says what stands against it: %s', async (_what, reply, error) => {
    const at = session(() => reply());
    expect(await at.signIn('n', 'p')).toMatchObject({ ok: false, error });
    expect(at.who.get()).toBe('unknown');
    expect(at.tokens).toEqual([]);
  });
});

describe('signing out', () => {
  const online = (request: string) =>
    request.startsWith('DELETE') ? new Response(null, { status: 204 }) : granted('t');

  test('ends the session here and there', async () => {
    const at = session(online);
    await at.refresh();
    await at.signOut();
    expect(at.who.get()).toBe('signed-out');
    expect(at.token()).toBeUndefined();
    expect(at.requests.at(-1)).toBe('DELETE /session');
    expect(at.page.leaving.get()).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is not undone by a renewal that was under way', async () => {
    const { answer, give } = later();
    const at = session((request, count) => (request === refreshed && count === 2 ? answer : online(request)));
    await at.refresh();
    const renewal = at.refresh();
    const out = at.signOut();
    expect(at.who.get()).toBe('signed-out');
    give(granted('t2'));
    expect(await renewal).toBe(false);
    await out;
    expect(at.who.get()).toBe('signed-out');
    expect(at.tokens).toEqual(['t']);
  });

  test('holds without a network: here at once, at the server when it is reached', async () => {
    const at = session((request, count) =>
      request.startsWith('DELETE') && count < 3 ? offline() : online(request),
    );
    await at.refresh();
    await at.signOut();
    expect(at.who.get()).toBe('signed-out');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(at.requests.filter((request) => request.startsWith('DELETE'))).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('holds for the page after it, which is not signed in by the cookie that is left', async () => {
    let reachable = false;
    const at = session((request) =>
      request.startsWith('DELETE') && !reachable ? offline() : online(request),
    );
    await at.refresh();
    await at.signOut();
    at.stop();
    const next = at.open();
    await next.refresh();
    expect(next.who.get()).toBe('signed-out');
    expect(at.requests.filter((request) => request === refreshed)).toHaveLength(1);
    reachable = true;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(at.page.leaving.get()).toBe(false);
  });

  test('does not take away the session of who signs in after it', async () => {
    const at = session((request) => (request.startsWith('DELETE') ? offline() : online(request)));
    await at.signOut();
    expect(await at.signIn('n', 'p')).toEqual({ ok: true });
    const before = at.requests.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(at.requests).toHaveLength(before);
    expect(at.who.get()).toEqual(nurse);
  });
});
