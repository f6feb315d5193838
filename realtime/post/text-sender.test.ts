import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createTextSender, signText } from './text-sender.ts';

const secret = 'a-secret-that-is-shared-with-the-service';
const messageSchema = z.strictObject({ id: z.string(), to: z.string(), text: z.string() });
type Message = z.infer<typeof messageSchema>;
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** A service as docs/operations.md asks for one: it checks who asks and when, and sends each message once. */
async function service(
  answer: (message: Message) => { status: number; body: string; headers?: Record<string, string> },
) {
  const sent = new Map<string, Message>();
  const asked: { headers: Record<string, string | string[] | undefined>; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    asked.push({ headers: request.headers, body });
    const timestamp = String(request.headers['carewall-timestamp']);
    const given = Buffer.from(String(request.headers['carewall-signature']));
    const wanted = Buffer.from(`v1=${signText(secret, timestamp, body)}`);
    const fits = given.length === wanted.length && timingSafeEqual(given, wanted);
    if (!fits || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) {
      response.writeHead(401).end();
      return;
    }
    const message = messageSchema.parse(JSON.parse(body));
    const { status, body: text, headers } = answer(message);
    if (status === 200) sent.set(message.id, message);
    response.writeHead(status, headers).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/send`, sent, asked };
}

const accepted = { status: 200, body: '{"status":"accepted"}' };
const letter = {
  org: 'org',
  id: 'a-letter',
  to: '+84901234567',
  subject: 'unused',
  text: 'Beds? http://x/count#1',
};

describe('a text message', () => {
  test('is asked for with a signature that the service knows us by, once for each id', async () => {
    const { url, sent, asked } = await service(() => accepted);
    const send = createTextSender({ url, secret });
    expect(await send(letter)).toEqual({ outcome: 'sent' });
    expect(await send(letter)).toEqual({ outcome: 'sent' });
    expect([...sent.values()]).toEqual([{ id: 'a-letter', to: letter.to, text: letter.text }]);
    expect(asked[0]?.headers['idempotency-key']).toBe('a-letter');
  });

  test('signed with another secret, or heard again after its time, is not taken', async () => {
    const { url, sent } = await service(() => accepted);
    const later = { outcome: 'later', why: 'refused' };
    expect(await createTextSender({ url, secret: `${secret}!` })(letter)).toEqual(later);
    const old = createTextSender({ url, secret, clock: () => Date.now() - 600_000 });
    expect(await old(letter)).toEqual(later);
    expect(sent.size).toBe(0);
  });

  test.each([
    [200, '{"status":"rejected"}', 'never'],
    [422, '', 'never'],
    [500, '', 'later'],
    [429, '', 'later'],
    [200, 'OK', 'later'],
    [200, '{"status":"maybe"}', 'later'],
    [200, `{"status":"accepted","x":"${'x'.repeat(20_000)}"}`, 'later'],
  ])('that is answered %i %s is tried %s again', async (status, body, outcome) => {
    const { url } = await service(() => ({ status, body }));
    expect(await createTextSender({ url, secret })(letter)).toMatchObject({ outcome });
  });

  test('goes nowhere else, and waits for a service that is silent', async () => {
    const other = await service(() => accepted);
    const { url } = await service(() => ({ status: 307, body: '', headers: { location: other.url } }));
    expect(await createTextSender({ url, secret })(letter)).toEqual({ outcome: 'later', why: 'unreachable' });
    expect(other.asked).toHaveLength(0);
    const mute = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    cleanups.push(async () => {
      mute.closeAllConnections();
      await new Promise((resolve) => mute.close(resolve));
    });
    const address = mute.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const send = createTextSender({ url: `http://127.0.0.1:${port}`, secret, patienceMs: 100 });
    expect(await send(letter)).toEqual({ outcome: 'later', why: 'unreachable' });
  });
});
