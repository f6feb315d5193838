import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { snapshotSchema } from '#domain/protocol.ts';
import { type MailServer, startMailServer } from '../post/testing/mail-server.ts';
import { ask, connectSocket, createFollower, signIn } from '../testing/contract-client.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
let mail: MailServer;
let admin: string;
const good = 'a long walk by the river';

beforeAll(async () => {
  mail = await startMailServer();
  server = await startTestServer('node', {
    SMTP_URL: mail.url,
    MAIL_FROM: 'Carewall <carewall@hospital.example>',
    PUBLIC_URL: 'http://carewall.test',
  });
  admin = await signIn(server.url(), 'admin');
});
afterAll(async () => {
  await server.close();
  await mail.close();
});

async function post(path: string, body: unknown, token?: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${server.url()}/api/v1${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json().catch(() => undefined) };
}
const command = (type: string, data: object, token = admin, id = uuidv7()) =>
  post('/commands', { id, type, data }, token);
const snapshot = async (topic: string, token = admin) => {
  const response = await fetch(`${server.url()}/api/v1/topics/${encodeURIComponent(topic)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return response.status === 200 ? snapshotSchema.parse(await response.json()).state : response.status;
};
const mailsTo = (address: string) => mail.mails.filter(({ to }) => to.includes(address));
/** The secret in the newest mail to an address whose link has this path. */
async function secretSentTo(address: string, path: string): Promise<string> {
  const form = new RegExp(`http://carewall\\.test${path}#([0-9a-f]{64})\\b`);
  const found = () => mailsTo(address).flatMap(({ text }) => form.exec(text ?? '')?.[1] ?? []);
  await expect.poll(() => found().length, { timeout: 15_000 }).toBeGreaterThan(0);
  return found().at(-1) ?? '';
}
function invitation(name: string, roles = [{ role: 'nurse', place: '4w' }]) {
  const email = `${name}@riverside.example`;
  return { email, data: { invitation: name, email, name: 'Thu Dang', language: 'en', roles } };
}
async function accepted(name: string, roles?: { role: string; place: string }[]): Promise<string> {
  const { email, data } = invitation(name, roles);
  expect(await command('account.invite', data)).toMatchObject({ status: 200 });
  const token = await secretSentTo(email, '/join');
  const answer = await post('/invitations/accept', {
    token,
    name: 'Thu Dang',
    language: 'vi',
    password: good,
  });
  expect(answer).toEqual({ status: 201, body: { email } });
  return email;
}
async function signInAs(email: string, password = good): Promise<string> {
  const answer = await post('/session', { email, password });
  return z.object({ accessToken: z.string() }).parse(answer.body).accessToken;
}
const accountOf = async (email: string): Promise<string> => {
  const [row] = await server.database.owner`select id from carewall.accounts where email = ${email}`;
  return z.object({ id: z.string() }).parse(row).id;
};

describe('an invitation', () => {
  test('becomes an account with its roles, in the lists, the directory and the audit', async () => {
    const email = await accepted('mai');
    const token = await signInAs(email);
    expect(await snapshot('unit/4w/beds', token)).toMatchObject({ unit: { id: '4w' } });
    expect(await snapshot('unit/4e/beds', token)).toBe(404);
    const id = await accountOf(email);
    for (const topic of ['org/demo/people', 'facility/rgh/people'])
      expect(await snapshot(topic)).toMatchObject({
        account: { [id]: { name: 'Thu Dang', email, status: 'active', roles: [{ role: 'nurse' }] } },
        invitation: {},
      });
    expect(await snapshot(`user/${id}/profile`, token)).toMatchObject({ profile: { language: 'vi', email } });
    expect(await snapshot('org/demo/directory')).toMatchObject({
      people: { [id]: { roles: ['nurse'] } },
    });
    const audited = await server.database.owner`
      select action, client ->> 'address' as address from carewall.audit where principal ->> 'id' = ${id} order by id`;
    expect(audited[0]).toMatchObject({ action: 'account.accept-invitation', address: expect.any(String) });
  });

  test('INV-17.1 is accepted once, by whoever is first of several at once', async () => {
    const { email, data } = invitation('once');
    await command('account.invite', data);
    const token = await secretSentTo(email, '/join');
    const accept = (password: string) =>
      post('/invitations/accept', { token, name: 'Thu', language: 'en', password });
    const answers = await Promise.all([accept(good), accept(`${good}!`), accept(`${good}?`)]);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(2);
    expect(await accept(good)).toMatchObject({ status: 410, body: { code: 'gone' } });
  });

  test('INV-17.2 one answer to every link that cannot be used: unknown, cut, used, withdrawn, run out, of another purpose', async () => {
    const { email, data } = invitation('ended');
    await command('account.invite', data);
    const first = await secretSentTo(email, '/join');
    await command('invitation.resend', { invitation: 'ended' });
    await expect.poll(() => mailsTo(email).length, { timeout: 15_000 }).toBe(2);
    const second = await secretSentTo(email, '/join');
    expect(second).not.toBe(first);
    expect(await post('/invitations/open', { token: second })).toEqual({
      status: 200,
      body: { organisation: 'Riverside Health', email, name: 'Thu Dang', language: 'en' },
    });
    const refused = async (token: string) => post('/invitations/open', { token });
    const unknown = await refused('0'.repeat(64));
    expect(unknown).toMatchObject({ status: 410, body: { code: 'gone' } });
    for (const token of [first, second.slice(1), `${second}0`, second.toUpperCase(), 'x', '../../'])
      expect(await refused(token)).toEqual(unknown);
    expect(await post('/password-resets/complete', { token: second, password: good })).toEqual(unknown);
    await server.database.owner`
      update carewall.link_secrets set expires_at = clock_timestamp() where about = 'ended'`;
    expect(await refused(second)).toEqual(unknown);
    await server.database.owner`
      update carewall.link_secrets set expires_at = clock_timestamp() + interval '1 day' where about = 'ended'`;
    expect(await refused(second)).toMatchObject({ status: 200 });
    await command('invitation.withdraw', { invitation: 'ended' });
    expect(await refused(second)).toEqual(unknown);
  });

  test('takes no more than it asks for, and no password that is guessed', async () => {
    const { email, data } = invitation('strict');
    await command('account.invite', data);
    const token = await secretSentTo(email, '/join');
    const whole = { token, name: 'Thu', language: 'en', password: good };
    for (const bad of [
      { ...whole, roles: [{ role: 'admin', place: 'demo' }] },
      { ...whole, org: 'other' },
      { ...whole, email: 'other@x.example' },
      { ...whole, password: 'x'.repeat(1025) },
      { ...whole, name: '' },
      { token },
      [],
      null,
    ])
      expect(await post('/invitations/accept', bad)).toMatchObject({
        status: 400,
        body: { code: 'invalid' },
      });
    for (const password of ['short', 'password1234!', email, 'aaaaaaaaaaaaaa', 'strict1234567'])
      expect(await post('/invitations/accept', { ...whole, password })).toMatchObject({
        status: 400,
        body: { code: 'invalid', issues: [{ path: 'password' }] },
      });
    expect(await command('account.invite', { ...data, org: 'other' })).toMatchObject({ status: 400 });
    expect(await post('/invitations/accept', whole)).toMatchObject({ status: 201 });
  });
});

describe('a request for an account', () => {
  const asked = (email: string) => ({
    kind: 'clinician',
    name: 'An Vu',
    email,
    language: 'en',
    application: { profession: 'Physician', workplace: 'Riverside General' },
  });

  test('is verified, stands in the queue of its domain, and is approved into an account', async () => {
    await command('domain.add', { domain: 'clinic.example', place: 'rgh' });
    const email = 'an.vu@clinic.example';
    expect(await post('/account-requests', asked(email))).toEqual({ status: 202, body: { status: 'asked' } });
    const token = await secretSentTo(email, '/join/verify');
    expect(await snapshot('org/demo/people')).toMatchObject({ request: {} });
    expect(await post('/account-requests/verify', { token })).toMatchObject({ status: 200 });
    expect(await post('/account-requests/verify', { token })).toMatchObject({ status: 410 });
    const { request } = z
      .object({ request: z.record(z.string(), z.looseObject({ id: z.string(), email: z.string() })) })
      .parse(await snapshot('facility/rgh/people'));
    const one = Object.values(request).find((asking) => asking.email === email);
    expect(one).toMatchObject({ email, domain: { name: 'clinic.example', known: true }, status: 'waiting' });
    const approve = {
      request: one?.id,
      invitation: 'approved',
      roles: [{ role: 'clinician', place: 'rgh' }],
    };
    expect(await command('request.approve', approve)).toMatchObject({ status: 200 });
    const link = await secretSentTo(email, '/join');
    const accept = { token: link, name: 'An Vu', language: 'en', password: good };
    expect(await post('/invitations/accept', accept)).toMatchObject({ status: 201 });
    expect(await snapshot('unit/icu/beds', await signInAs(email))).toMatchObject({ unit: { id: 'icu' } });
  });

  test('from a domain that nobody named is for the organisation that it names, or for none; the answer is the same', async () => {
    const stranger = asked('someone@elsewhere.example');
    const answer = await post('/account-requests', stranger);
    expect(
      await post('/account-requests', { ...asked('one@elsewhere.example'), organisation: 'demo' }),
    ).toEqual(answer);
    expect(
      await post('/account-requests', { ...asked('two@elsewhere.example'), organisation: 'none' }),
    ).toEqual(answer);
    const token = await secretSentTo('one@elsewhere.example', '/join/verify');
    await post('/account-requests/verify', { token });
    const { request } = z
      .object({ request: z.record(z.string(), z.unknown()) })
      .parse(await snapshot('org/demo/people'));
    expect(Object.values(request)).toContainEqual(
      expect.objectContaining({
        email: 'one@elsewhere.example',
        domain: { name: 'elsewhere.example', known: false },
        place: expect.objectContaining({ id: 'demo' }),
      }),
    );
    expect(mailsTo('someone@elsewhere.example')).toEqual([]);
    expect(mailsTo('two@elsewhere.example')).toEqual([]);
  });

  test('with the address of an account tells its owner, and nobody else', async () => {
    const email = 'nurse@demo.carewall.example';
    const answer = await post('/account-requests', asked(email));
    expect(answer).toEqual({ status: 202, body: { status: 'asked' } });
    await expect
      .poll(() => mailsTo(email).map(({ subject }) => subject))
      .toContain('You have an account already');
  });

  test('declined, it is told why', async () => {
    const email = 'declined@clinic.example';
    await command('domain.add', { domain: 'clinic.example', place: 'rgh' });
    await post('/account-requests', asked(email));
    await post('/account-requests/verify', { token: await secretSentTo(email, '/join/verify') });
    const { request } = z
      .object({ request: z.record(z.string(), z.looseObject({ id: z.string(), email: z.string() })) })
      .parse(await snapshot('org/demo/people'));
    const one = Object.values(request).find((waiting) => waiting.email === email);
    await command('request.decline', { request: one?.id, reason: 'Ask the head of your ward' });
    await expect.poll(() => mailsTo(email).at(-1)?.text).toContain('Ask the head of your ward');
  });
});

describe('a forgotten password', () => {
  test('INV-17.3 is set anew by the link alone: every session ends, the owner is told', async () => {
    const email = await accepted('forgetful');
    const before = await signInAs(email);
    const socket = await connectSocket(server.url(), before);
    const closed = new Promise<void>((resolve) => socket.once('disconnect', () => resolve()));
    expect(await post('/password-resets', { email: ` ${email.toUpperCase()} ` })).toMatchObject({
      status: 202,
    });
    const token = await secretSentTo(email, '/join/reset');
    const next = 'another walk by the sea';
    expect(await post('/password-resets/complete', { token, password: 'short' })).toMatchObject({
      status: 400,
    });
    expect(await post('/password-resets/complete', { token, password: next })).toMatchObject({ status: 200 });
    await closed;
    expect(await snapshot('unit/4w/beds', before)).toBe(401);
    expect(await post('/session', { email, password: good })).toMatchObject({ status: 401 });
    await signInAs(email, next);
    expect(await post('/password-resets/complete', { token, password: next })).toMatchObject({ status: 410 });
    await expect
      .poll(() => mailsTo(email).map(({ subject }) => subject))
      .toContain('Mật khẩu của bạn đã đổi');
  });

  test('INV-17.4 is answered alike, in words and time, for those who have an account and those who have none', async () => {
    const email = await accepted('alike');
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 4; round += 1) {
      for (const [who, address] of [
        ['known', email],
        ['unknown', `nobody-${round}@riverside.example`],
      ] as const) {
        const began = performance.now();
        const answer = await post('/password-resets', { email: address });
        times[who].push(performance.now() - began);
        expect(answer).toEqual({ status: 202, body: { status: 'asked' } });
      }
    }
    // Nothing is looked up before the answer: what is left is noise, wide on a busy machine.
    const median = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
    expect(Math.abs(median(times.known) - median(times.unknown))).toBeLessThan(25);
  });

  test('is asked for no more often than a mailbox should bear', async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 8; round += 1)
      statuses.push((await post('/password-resets', { email: 'flood@riverside.example' })).status);
    expect(statuses).toContain(429);
    expect(statuses.slice(0, 5)).toEqual([202, 202, 202, 202, 202]);
  });
});

describe('roles', () => {
  test('are given and taken live, on a socket that is open', async () => {
    const email = await accepted('live', [{ role: 'lab', place: '4w' }]);
    const account = await accountOf(email);
    const socket = await connectSocket(server.url(), await signInAs(email));
    expect(await ask(socket, 'subscribe', { topic: 'unit/4e/beds' })).toMatchObject({ ok: false });
    await command('account.give-role', { account, role: 'nurse', place: '4e' });
    await expect
      .poll(async () => (await ask(socket, 'subscribe', { topic: 'unit/4e/beds' })).ok, { timeout: 5_000 })
      .toBe(true);
    const revoked = new Promise((resolve) => socket.once('revoked', resolve));
    await command('account.take-role', { account, role: 'nurse', place: '4e' });
    expect(await revoked).toEqual({ topic: 'unit/4e/beds', reason: 'right' });
    socket.disconnect();
  });

  test('of a facility are the affair of its administrators, and people elsewhere are not', async () => {
    const email = await accepted('local-admin', [{ role: 'admin', place: 'rgh' }]);
    const token = await signInAs(email);
    expect(await snapshot('facility/rgh/people', token)).toMatchObject({ place: { id: 'rgh' } });
    expect(await snapshot('org/demo/people', token)).toBe(404);
    const nurse = await accountOf(await accepted('local-nurse', [{ role: 'nurse', place: '4w' }]));
    const stranger = await accountOf(await accepted('stranger', [{ role: 'provider', place: 'crisis' }]));
    const give = (account: string, role: string, place: string) =>
      command('account.give-role', { account, role, place }, token);
    expect(await give(nurse, 'nurse', '4e')).toMatchObject({ status: 200 });
    expect(await give(nurse, 'nurse', 'demo')).toMatchObject({ status: 404 });
    expect(await give(nurse, 'provider', 'crisis')).toMatchObject({ status: 404 });
    expect(await give(stranger, 'nurse', '4w')).toMatchObject({ status: 404 });
    expect(await give(await accountOf(email), 'nurse', '4w')).toMatchObject({ status: 403 });
    expect(await give(nurse, 'admin', '4w')).toMatchObject({ status: 400 });
    expect(await give(nurse, 'display', '4w')).toMatchObject({ status: 400 });
    expect(await command('account.disable', { account: stranger }, token)).toMatchObject({ status: 404 });
    expect(await command('account.disable', { account: 'demo-clinician' }, token)).toMatchObject({
      status: 404,
    });
    expect(await command('account.disable', { account: nurse }, token)).toMatchObject({ status: 200 });
    expect(await post('/session', { email: 'local-nurse@riverside.example', password: good })).toMatchObject({
      status: 401,
    });
  });

  test('are given by those alone who have just proved themselves; taken at any time', async () => {
    const email = await accepted('stale-admin', [{ role: 'admin', place: 'demo' }]);
    const token = await signInAs(email);
    await server.database.owner`
      update carewall.sessions set stepped_up_at = clock_timestamp() - interval '11 minutes'
      where account = ${await accountOf(email)}`;
    const nurse = await accountOf(await accepted('stale-nurse'));
    const role = { account: nurse, role: 'lab', place: '4e' };
    expect(await command('account.give-role', role, token)).toMatchObject({
      status: 403,
      body: { code: 'step_up' },
    });
    await command('account.give-role', role);
    expect(await command('account.take-role', role, token)).toMatchObject({ status: 200 });
  });
});

describe('a key for a system', () => {
  const key = (name: string, more: object = {}) => ({
    key: name,
    name: 'Bed report',
    role: 'command_center',
    place: 'rgh',
    topics: ['unit/*/beds'],
    commands: ['availability.attest'],
    view: 'operational',
    days: 30,
    ...more,
  });
  const issued = async (name: string) => {
    const { body } = await command('key.issue', key(name));
    return z.object({ result: z.object({ token: z.string() }) }).parse(body).result.token;
  };

  test('INV-17.5 does what it was made for and nothing else, and stands nowhere but with its system', async () => {
    const token = await issued('reader');
    expect(token).toMatch(/^cwk_[0-9a-f]{64}$/);
    expect(await snapshot('unit/4w/beds', token)).toMatchObject({ unit: { id: '4w' } });
    for (const topic of ['org/demo/people', 'unit/4w/alerts', 'org/demo/directory', 'facility/rgh/people'])
      expect(await snapshot(topic, token)).toBe(404);
    expect((await command('bed.claim', { bed: '4w-01' }, token)).status).toBeGreaterThanOrEqual(400);
    expect(
      await command('account.give-role', { account: 'demo-nurse', role: 'admin', place: 'demo' }, token),
    ).toMatchObject({ status: 404 });
    for (const table of ['events', 'commands', 'access_entities', 'audit', 'sessions', 'accounts']) {
      const rows = await server.database.owner.unsafe(
        `select 1 from carewall.${table} t where t::text like '%${token.slice(4)}%'`,
      );
      expect(rows, table).toHaveLength(0);
    }
    expect(server.process().log()).not.toContain(token.slice(4, 20));
  });

  test('INV-17.6 taken back, it is refused at once and its sockets are closed', async () => {
    const token = await issued('socketed');
    const socket = await connectSocket(server.url(), token);
    const follower = createFollower('unit/4w/beds');
    await follower.attach(socket);
    const closed = new Promise<void>((resolve) => socket.once('disconnect', () => resolve()));
    expect(await command('key.revoke', { key: 'socketed' })).toMatchObject({ status: 200 });
    const began = performance.now();
    await closed;
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(await snapshot('unit/4w/beds', token)).toBe(401);
  });

  test('forged, cut or changed is no key', async () => {
    const token = await issued('forged');
    for (const bad of [
      token.slice(0, -1),
      `${token}0`,
      token.toUpperCase(),
      `cwk_${'0'.repeat(64)}`,
      'cwk_',
      token.replace('cwk_', ''),
    ])
      expect(await snapshot('unit/4w/beds', bad), bad.length.toString()).toBe(401);
  });

  test('is for no role that administers, nothing that there is not, and nothing that wants a fresh proof', async () => {
    for (const bad of [
      { role: 'admin' },
      { role: 'display' },
      { role: 'patient', place: 'demo' },
      { topics: ['unit/*/nothing'] },
      { commands: ['account.give-role'] },
      { topics: [], commands: [] },
      { days: 0 },
      { days: 10_000 },
      { scope: {} },
    ])
      expect(await command('key.issue', key('bad', bad)), JSON.stringify(bad)).toMatchObject({ status: 400 });
  });

  test('told twice under one id, its secret is told once', async () => {
    const id = uuidv7();
    const first = await command('key.issue', key('twice'), admin, id);
    const again = await command('key.issue', key('twice'), admin, id);
    expect(first.body).toHaveProperty('result.token');
    expect(again.status).toBe(200);
    expect(again.body).not.toHaveProperty('result');
  });
});

describe('one’s own profile', () => {
  test('is one’s own: another address is taken once it is verified, and the one before is told', async () => {
    const email = await accepted('profiled');
    const account = await accountOf(email);
    const token = await signInAs(email);
    expect(await command('profile.change', { account: 'demo-nurse', name: 'X' }, token)).toMatchObject({
      status: 404,
    });
    await command('profile.change', { account, name: 'Thu Thi Dang', phone: '+84 90 123 4567' }, token);
    const next = 'profiled.new@riverside.example';
    await command('profile.change-email', { account, email: next }, token);
    expect(await snapshot(`user/${account}/profile`, token)).toMatchObject({
      profile: { name: 'Thu Thi Dang', phone: '+84 90 123 4567', email, newEmail: next },
    });
    const link = await secretSentTo(next, '/join/email');
    expect(await post('/email-changes/confirm', { token: link })).toMatchObject({ status: 200 });
    expect(await post('/email-changes/confirm', { token: link })).toMatchObject({ status: 410 });
    await signInAs(next);
    await expect.poll(() => mailsTo(email).at(-1)?.subject).toMatch(/địa chỉ email/i);
  });
});

test('INV-4.3 no name, address or secret of people is in a log line', () => {
  const log = server.process().log();
  for (const word of ['riverside.example', 'clinic.example', 'Thu Dang', good, 'elsewhere.example'])
    expect(log).not.toContain(word);
});
