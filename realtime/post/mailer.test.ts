import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestCertificates, type TestCertificates } from '#db/testing/certificates.ts';
import { createMailer } from './mailer.ts';
import { startMailServer } from './testing/mail-server.ts';

let certificates: TestCertificates;
let pair: { cert: string; key: string };
let ca: string;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  certificates = await createTestCertificates();
  pair = await certificates.server('server');
  ca = await readFile(certificates.ca, 'utf8');
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});
afterAll(() => certificates.remove());

const from = 'Carewall <carewall@hospital.example>';
function letter(to = 'nurse@clinic.example') {
  return { org: 'org', id: randomUUID(), to, subject: 'Số giường?', text: 'Xin chào\nhttp://x/count#1' };
}
async function server(options: Parameters<typeof startMailServer>[0] = {}) {
  const one = await startMailServer(options);
  cleanups.push(one.close);
  return one;
}

describe('a mail', () => {
  test('arrives as it was written, from us, under the id of its letter', async () => {
    const { url, mails } = await server();
    const one = letter();
    expect(await createMailer({ url, from })(one)).toEqual({ outcome: 'sent' });
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({
      subject: 'Số giường?',
      to: ['nurse@clinic.example'],
      from: { name: 'Carewall', address: 'carewall@hospital.example' },
      messageId: `<${one.id}@hospital.example>`,
    });
    expect(mails[0]?.text?.trim()).toBe('Xin chào\nhttp://x/count#1');
  });

  test('goes encrypted where the server can, with its certificate held to be ours', async () => {
    const { port, encrypted } = await server({ pair });
    const url = `smtp://localhost:${port}`;
    expect(await createMailer({ url, from, ca })(letter())).toEqual({ outcome: 'sent' });
    expect(encrypted).toEqual([true]);
    expect(await createMailer({ url, from })(letter())).toMatchObject({ outcome: 'later' });
    expect(encrypted).toEqual([true]);
  });

  test('signs in where the URL says so, and waits while it may not', async () => {
    const { port, mails } = await server({ pair, auth: { user: 'care wall', pass: 'p@ss' } });
    const good = createMailer({ url: `smtp://care%20wall:p%40ss@localhost:${port}`, from, ca });
    expect(await good(letter())).toEqual({ outcome: 'sent' });
    const bad = createMailer({ url: `smtp://carewall:wrong@localhost:${port}`, from, ca });
    expect(await bad(letter())).toEqual({ outcome: 'later', why: 'refused' });
    expect(mails).toHaveLength(1);
  });

  test.each([
    [450, { outcome: 'later', why: 'refused' }],
    [451, { outcome: 'later', why: 'refused' }],
    [550, { outcome: 'never', why: 'rejected' }],
    [553, { outcome: 'never', why: 'rejected' }],
  ])('that is answered %i comes to %o', async (code, expected) => {
    const { url, mails } = await server({ refuse: () => ({ code, text: 'no such user' }) });
    expect(await createMailer({ url, from })(letter())).toEqual(expected);
    expect(mails).toHaveLength(0);
  });

  test('is for one recipient, whatever stands in the address', async () => {
    const { url, mails } = await server();
    const mailer = createMailer({ url, from });
    for (const to of [
      'a@clinic.example, b@evil.example',
      'a@clinic.example\r\nbcc: b@evil.example',
      'a@clinic.example>\r\nRCPT TO:<b@evil.example',
      'nobody',
    ]) {
      await mailer(letter(to));
    }
    expect(mails.flatMap(({ to }) => to)).not.toContain('b@evil.example');
    expect(mails.every(({ to }) => to.length === 1)).toBe(true);
    const odd = { ...letter(), subject: 'A\r\nBcc: b@evil.example' };
    await mailer(odd);
    expect(mails.at(-1)?.headers.some(({ key }) => key === 'bcc')).toBe(false);
  });

  test('waits for a server that is not there, and for one that says nothing', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const address = mute.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const mailer = createMailer({ url: `smtp://127.0.0.1:${port}`, from, patienceMs: 200 });
    expect(await mailer(letter())).toEqual({ outcome: 'later', why: 'unreachable' });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => mute.close(resolve));
    expect(await mailer(letter())).toEqual({ outcome: 'later', why: 'unreachable' });
  });
});
