import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Files in PEM: an authority, and what it signed. */
export interface TestCertificates {
  readonly ca: string;
  /** A certificate of 127.0.0.1 and localhost, or of other names as openssl writes them (`DNS:db.example`). */
  server(name: string, names?: string): Promise<{ cert: string; key: string }>;
  client(name: string): Promise<{ cert: string; key: string }>;
  remove(): Promise<void>;
}

/** Makes an authority of a test's own with openssl: Node can read certificates and not sign them. */
export async function createTestCertificates(): Promise<TestCertificates> {
  const folder = await mkdtemp(join(tmpdir(), 'carewall-certificates-'));
  const path = (name: string): string => join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await run('openssl', [
    ...['req', '-x509', ...key, '-days', '2', '-subj', '/O=Test/CN=Test authority'],
    ...['-keyout', path('ca.key'), '-out', path('ca.pem')],
  ]);

  async function sign(name: string, extension: string): Promise<{ cert: string; key: string }> {
    await writeFile(path(`${name}.ext`), extension);
    await run('openssl', [
      ...['req', '-new', ...key, '-subj', `/O=Test/CN=${name}`],
      ...['-keyout', path(`${name}.key`), '-out', path(`${name}.csr`)],
    ]);
    await run('openssl', [
      ...['x509', '-req', '-in', path(`${name}.csr`), '-days', '2', '-CAcreateserial'],
      ...['-CA', path('ca.pem'), '-CAkey', path('ca.key')],
      ...['-extfile', path(`${name}.ext`), '-out', path(`${name}.pem`)],
    ]);
    return { cert: path(`${name}.pem`), key: path(`${name}.key`) };
  }

  return {
    ca: path('ca.pem'),
    server: (name, names = 'DNS:localhost,IP:127.0.0.1') =>
      sign(name, `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`),
    client: (name) => sign(name, 'extendedKeyUsage=clientAuth\n'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
