import { once } from 'node:events';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestCertificates, type TestCertificates } from '#db/testing/certificates.ts';
import { connectMllp } from './client.ts';
import type { MllpPeer } from './connection.ts';
import { createMllpListeners, type ListenersOptions } from './listeners.ts';
import { readTlsIdentity, TlsFault } from './tls.ts';

type Pair = { cert: string; key: string };

let certificates: TestCertificates;
let ours: Pair;
let theirs: Pair;
const cleanups: (() => Promise<void>)[] = [];
const patience = { timeout: 5_000 };

beforeAll(async () => {
  certificates = await createTestCertificates();
  ours = await certificates.server('server');
  theirs = await certificates.client('lab');
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});
afterAll(() => certificates.remove());

async function start(options: Partial<ListenersOptions> & { ca?: string; pair?: Pair } = {}) {
  const { ca, pair = ours, ...rest } = options;
  const peers: MllpPeer[] = [];
  const failed: string[] = [];
  const read: string[] = [];
  const listeners = createMllpListeners({
    host: '127.0.0.1',
    tls: { port: 0, ...pair, ca },
    maxConnections: 300,
    idleTimeoutMs: 60_000,
    halfMessageTimeoutMs: 60_000,
    handle: async (bytes) => bytes,
    hooks: { onOpen: (peer) => peers.push(peer), onHandshakeFailed: (code) => failed.push(code) },
    onCertificate: (outcome) => read.push('fault' in outcome ? outcome.fault : 'read'),
    ...rest,
  });
  cleanups.push(() => listeners.close(200));
  const { port, tlsPort = 0 } = await listeners.listen();
  return { listeners, port, tlsPort, peers, failed, read };
}

async function client(port: number, pair?: Pair) {
  const ca = await readFile(certificates.ca);
  const identity = pair && { cert: await readFile(pair.cert), key: await readFile(pair.key) };
  const sender = await connectMllp({ host: '127.0.0.1', port, tls: { ca, ...identity } });
  cleanups.push(() => sender.close());
  return sender;
}

describe('MLLP over TLS', () => {
  test('a message goes through; in the clear nothing does', async () => {
    const { tlsPort, failed, peers } = await start();
    expect(await (await client(tlsPort)).send('Đỗ')).toBe('Đỗ');
    expect(peers[0]?.certificate).toBeUndefined();
    const plain = connect(tlsPort, '127.0.0.1').on('error', () => undefined);
    plain.write('\u000bMSH|\u001c\r');
    await once(plain.resume(), 'close');
    expect(failed).toHaveLength(1);
  });

  test('both doors may be open, and both close', async () => {
    const { listeners, port, tlsPort } = await start({ port: 0 });
    const plain = await connectMllp({ host: '127.0.0.1', port: port ?? 0 });
    expect(await plain.send('one')).toBe('one');
    expect(await (await client(tlsPort)).send('two')).toBe('two');
    await plain.close();
    await listeners.close(200);
    await expect(client(tlsPort)).rejects.toMatchObject({ code: 'refused' });
    await expect(connectMllp({ host: '127.0.0.1', port: port ?? 0 })).rejects.toMatchObject({
      code: 'refused',
    });
  });

  test('a server that nobody vouches for is not spoken to', async () => {
    const { tlsPort } = await start();
    await expect(connectMllp({ host: '127.0.0.1', port: tlsPort, tls: {} })).rejects.toMatchObject({
      code: 'untrusted',
    });
  });

  test('mutual: a sender shows a certificate of the authority, or nothing of it is read', async () => {
    const handled: string[] = [];
    const { tlsPort, peers, failed } = await start({
      ca: certificates.ca,
      handle: async (bytes) => {
        handled.push(bytes.toString());
        return bytes;
      },
    });
    expect(await (await client(tlsPort, theirs)).send('known')).toBe('known');
    expect(peers[0]?.certificate?.subject).toBe('O=Test, CN=lab');
    expect(peers[0]?.certificate?.fingerprint256).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);

    const strangers = await createTestCertificates();
    cleanups.push(strangers.remove);
    for (const pair of [undefined, await strangers.client('stranger')]) {
      // In TLS 1.3 the client is through before the server has looked at its certificate.
      await expect(client(tlsPort, pair).then((sender) => sender.send('unknown'))).rejects.toThrow(/MLLP/);
    }
    await vi.waitFor(() => expect(failed).toHaveLength(2), patience);
    expect(handled).toEqual(['known']);
  });

  test('TLS 1.1 is not spoken', async () => {
    const { tlsPort, failed } = await start();
    const old = connectTls({
      ...{ host: '127.0.0.1', port: tlsPort, rejectUnauthorized: false },
      ...{ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    });
    const [error] = await once(old, 'error');
    expect(String(error)).toMatch(/protocol|alert/i);
    await vi.waitFor(() => expect(failed).toHaveLength(1), patience);
  });

  test('a handshake that never ends is closed, and counts as a connection until then', async () => {
    const { tlsPort } = await start({ handshakeTimeoutMs: 100, maxConnections: 1 });
    const silent = connect(tlsPort, '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    await expect(client(tlsPort)).rejects.toThrow(/MLLP/);
    await once(silent.resume(), 'close');
    expect(await (await client(tlsPort)).send('in')).toBe('in');
  });

  test('a certificate that was renewed is shown after SIGHUP; a broken one leaves the old', async () => {
    const live = { cert: `${ours.cert}.live`, key: `${ours.key}.live` };
    await copyFile(ours.cert, live.cert);
    await copyFile(ours.key, live.key);
    const { tlsPort, read } = await start({ pair: live });
    const standing = await client(tlsPort);
    const shown = async (): Promise<string> => {
      const ca = await readFile(certificates.ca);
      const socket = connectTls({ host: '127.0.0.1', port: tlsPort, ca });
      await once(socket, 'secureConnect');
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      return String(subject.CN);
    };
    expect(await shown()).toBe('server');

    const renewed = await certificates.server('renewed');
    await copyFile(renewed.cert, live.cert);
    process.emit('SIGHUP', 'SIGHUP');
    await vi.waitFor(() => expect(read).toHaveLength(2), patience);
    expect(read[1]).toBe(`${live.key} is not the key of the certificate in ${live.cert}`);
    expect(await shown()).toBe('server');

    await copyFile(renewed.key, live.key);
    process.emit('SIGHUP', 'SIGHUP');
    await vi.waitFor(() => expect(read).toHaveLength(3), patience);
    expect(await shown()).toBe('renewed');
    expect(await standing.send('still here')).toBe('still here');
  });

  test('two hundred senders at once, each with its own answers', async () => {
    const { tlsPort, peers } = await start();
    const senders = await Promise.all(Array.from({ length: 200 }, () => client(tlsPort)));
    const answers = await Promise.all(
      senders.flatMap((sender, index) => [sender.send(`${index} a`), sender.send(`${index} b`)]),
    );
    expect(answers).toEqual(senders.flatMap((_sender, index) => [`${index} a`, `${index} b`]));
    expect(peers).toHaveLength(200);
  });
});

describe('certificates that cannot be used', () => {
  test('each fault names its file, and nothing of what is in it', async () => {
    const empty = `${ours.cert}.empty`;
    await writeFile(empty, 'nothing in PEM');
    const fault = async (files: { cert: string; key: string; ca?: string }) => {
      const error: unknown = await readTlsIdentity(files).catch((thrown: unknown) => thrown);
      return error instanceof TlsFault ? error.message : 'no fault';
    };
    expect(await fault({ ...ours, cert: '/nowhere.pem' })).toBe('/nowhere.pem cannot be read (ENOENT)');
    expect(await fault({ ...ours, cert: empty })).toBe(
      `${empty} holds no certificate in PEM that can be used`,
    );
    expect(await fault({ ...ours, key: empty })).toBe(
      `${empty} holds no private key in PEM that can be used`,
    );
    expect(await fault({ ...ours, ca: empty })).toBe(`${empty} holds no certificate in PEM that can be used`);
    expect(await fault({ ...ours, key: theirs.key })).toContain('is not the key of the certificate');
    expect(await fault(ours)).toBe('no fault');
  });
});
