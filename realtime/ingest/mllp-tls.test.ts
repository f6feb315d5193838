import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestCertificates, type TestCertificates } from '#db/testing/certificates.ts';
import { freePort } from '../testing/server-process.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { until } from '../testing/until.ts';
import { connectMllp } from './mllp/client.ts';

/*
 * A real server that also listens with mutual TLS: its settings, its log and its figures.
 */

let certificates: TestCertificates;
let server: TestServer;
let port: number;

beforeAll(async () => {
  certificates = await createTestCertificates();
  const { cert, key } = await certificates.server('server');
  port = await freePort();
  server = await startTestServer('node', {
    MLLP_TLS_PORT: String(port),
    MLLP_TLS_CERT: cert,
    MLLP_TLS_KEY: key,
    MLLP_TLS_CA: certificates.ca,
  });
});
afterAll(async () => {
  await server.close();
  await certificates.remove();
});

const status = (id: string, source = 'DEMO', more = '') =>
  [
    `MSH|^~\\&|${source}|RGH|CAREWALL|RGH|20260301080000||ADT^A20|${id}|P|2.5.1${more}`,
    'EVN||20260301080000',
    'NPU|4W^401^1^RGH|K',
    '',
  ].join('\r');

test('a sender with a certificate of the authority is heard, another is not', async () => {
  const ca = await readFile(certificates.ca);
  const { cert, key } = await certificates.client('adt-system');
  const identity = { cert: await readFile(cert), key: await readFile(key) };
  const sender = await connectMllp({ host: '127.0.0.1', port, tls: { ca, ...identity } });
  expect(await sender.send(status('T1'))).toContain('MSA|AA|T1');
  expect(await sender.send(status('T2', 'NOBODY'))).toContain('MSA|AR|T2');
  const enhanced = await sender.exchange(Buffer.from(status('T3', 'DEMO', '|||AL|AL')), {
    isEnough: ({ length }) => length === 2,
  });
  expect(enhanced.map((answer) => /MSA\|(..)/.exec(String(answer))?.[1])).toEqual(['CA', 'AA']);
  await sender.close();
  await expect(
    connectMllp({ host: '127.0.0.1', port, tls: { ca } }).then((stranger) => stranger.send(status('T4'))),
  ).rejects.toThrow(/MLLP/);
  await until('its certificate is in the log', () => server.process().log().includes('CN=adt-system'));
});

test('figures are of each source by its id; what a stranger calls itself is none', async () => {
  const metrics = await (await fetch(`${server.url()}/metrics`)).text();
  const messages = metrics.split('\n').filter((line) => line.startsWith('carewall_hl7_messages_total{'));
  expect(messages.some((line) => /source="unknown",code="AR"\} 1$/.test(line))).toBe(true);
  expect(messages.some((line) => /source="[^"]+",code="AA"\} 2$/.test(line))).toBe(true);
  expect(metrics).toMatch(/carewall_hl7_bytes_total\{source="[^"]+"\} \d+/);
  expect(metrics).toMatch(/carewall_hl7_seconds_count\{source="[^"]+"\} \d+/);
  expect(metrics).toMatch(/carewall_hl7_faults_total\{reason="handshake"\} 1/);
  expect(metrics).not.toContain('NOBODY');
});
