import { chmod, chown, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { connect } from './connect.ts';
import { faultOfDatabaseUrl } from './database-url.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import { migrateJobs } from './jobs/job-schema.ts';
import { createTestCertificates, type TestCertificates } from './testing/certificates.ts';

let folder: string;
let server: EmbeddedPostgres;
let ours: TestCertificates;
let others: TestCertificates;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carewall-tls-'));
  // The account that runs the server must be able to enter.
  await chmod(folder, 0o755);
  [server, ours, others] = await Promise.all([
    startEmbeddedPostgres({ dataDir: join(folder, 'data') }),
    createTestCertificates(),
    createTestCertificates(),
  ]);
});
afterAll(async () => {
  await server.stop();
  await Promise.all([ours.remove(), others.remove(), rm(folder, { recursive: true, force: true })]);
});

/** Whether the connection that a URL comes to is encrypted; raises what keeps it from being made. */
async function encrypted(query: Record<string, string>, host = '127.0.0.1'): Promise<boolean> {
  const url = new URL(server.url);
  url.hostname = host;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const sql = connect(url.href, { max: 1, name: 'carewall tls test' });
  try {
    const rows = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
    return z.array(z.object({ ssl: z.boolean() })).parse(rows)[0]?.ssl === true;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Gives the server a certificate, for connections from now on. */
async function serveWith({ cert, key }: { cert: string; key: string }): Promise<void> {
  const sql = connect(server.url, { max: 1, name: 'carewall tls test' });
  const [row] = await sql`show data_directory`;
  const { data_directory: data } = z.object({ data_directory: z.string() }).parse(row);
  const { uid, gid } = await stat(data);
  for (const [name, file] of [['server.crt', cert] as const, ['server.key', key] as const]) {
    await copyFile(file, join(data, name));
    await chown(join(data, name), uid, gid);
    await chmod(join(data, name), 0o600);
  }
  await sql`alter system set ssl = on`;
  await sql`select pg_reload_conf()`;
  await sql.end();
  const fingerprint = async (): Promise<boolean> => encrypted({ sslmode: 'require' }).catch(() => false);
  await expect.poll(fingerprint).toBe(true);
}

it('INV-19.4 where TLS is asked for, a server that has none is an error, never a plain connection', async () => {
  expect(await encrypted({})).toBe(false);
  for (const sslmode of ['require', 'verify-ca', 'verify-full'])
    await expect(encrypted({ sslmode, sslrootcert: ours.ca }), sslmode).rejects.toThrow();
});

it('INV-19.4 each mode believes what it says and nothing else', async () => {
  await serveWith(await ours.server('here'));
  const root = { sslrootcert: ours.ca };
  expect(await encrypted({ sslmode: 'require' })).toBe(true);
  expect(await encrypted({ sslmode: 'verify-ca', ...root })).toBe(true);
  expect(await encrypted({ sslmode: 'verify-full', ...root })).toBe(true);
  expect(await encrypted({ sslmode: 'verify-full', ...root }, 'localhost')).toBe(true);
  // The queue's driver too.
  for (const [query, reached] of [
    [{ sslmode: 'require' }, true],
    [{ sslmode: 'verify-full', ...root }, true],
    [{ sslmode: 'verify-full', sslrootcert: others.ca }, false],
  ] as const) {
    const url = new URL(server.url);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const outcome = await migrateJobs(url.href).then(
      () => true,
      () => false,
    );
    expect(outcome, JSON.stringify(query)).toBe(reached);
  }
  // Of an authority that nobody knows, or of another one.
  await expect(encrypted({ sslmode: 'verify-full' })).rejects.toThrow(/unable to|self.signed/i);
  await expect(encrypted({ sslmode: 'verify-ca' })).rejects.toThrow('names no sslrootcert');
  await expect(encrypted({ sslmode: 'verify-full', sslrootcert: others.ca })).rejects.toThrow(
    /unable to|self.signed/i,
  );
  await expect(encrypted({ sslmode: 'require', sslrootcert: others.ca })).rejects.toThrow(
    /unable to|self.signed/i,
  );
  await expect(encrypted({ sslmode: 'require', sslrootcert: join(folder, 'none.pem') })).rejects.toThrow(
    'ENOENT',
  );
});

it('INV-19.4 a certificate of another name does for verify-ca and not for verify-full', async () => {
  await serveWith(await ours.server('elsewhere', 'DNS:db.example'));
  const root = { sslrootcert: ours.ca };
  await expect
    .poll(() => encrypted({ sslmode: 'verify-full', ...root }).catch((error: Error) => error.message))
    .toMatch(/does not match certificate/);
  await expect(encrypted({ sslmode: 'verify-full', ...root }, 'localhost')).rejects.toThrow(
    /does not match certificate/,
  );
  expect(await encrypted({ sslmode: 'verify-ca', ...root })).toBe(true);
});

it('a URL that asks for what would protect nobody is refused', () => {
  const fault = (query: string) => faultOfDatabaseUrl(`postgres://u:secret@db.example/carewall${query}`);
  expect(fault('')).toBeUndefined();
  expect(fault('?sslmode=verify-full&sslrootcert=/ca.pem')).toBeUndefined();
  expect(fault('?sslmode=prefer')).toMatch(/sslmode that is none of/);
  expect(fault('?sslmode=allow')).toMatch(/sslmode that is none of/);
  expect(fault('?ssl=true')).toMatch(/say sslmode/);
  expect(fault('?sslrootcert=/ca.pem')).toMatch(/without a sslmode/);
  expect(fault('?sslmode=require&sslcert=/a.pem')).toMatch(/together/);
});
