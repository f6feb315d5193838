import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

/** How a connection to Postgres is protected. `false`: not at all. */
export interface DatabaseAddress {
  /** The URL without what is said here. */
  readonly url: string;
  readonly tls: ConnectionOptions | false;
}

const modes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
const ours = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'];

/** What is wrong with the way in which a database URL asks for TLS; undefined where nothing is. */
export function faultOfDatabaseUrl(text: string): string | undefined {
  const query = new URL(text).searchParams;
  const mode = query.get('sslmode') ?? undefined;
  if (query.has('ssl')) return 'says ssl: say sslmode instead';
  if (mode !== undefined && !modes.some((known) => known === mode))
    return `has a sslmode that is none of ${modes.join(', ')}: what falls back to plain connections protects nobody`;
  if ((mode === undefined || mode === 'disable') && ours.slice(1).some((name) => query.has(name)))
    return 'names certificates without a sslmode that uses them';
  if (mode === 'verify-ca' && !query.has('sslrootcert')) return 'asks for verify-ca and names no sslrootcert';
  if (query.has('sslcert') !== query.has('sslkey')) return 'must have sslcert and sslkey together';
  return undefined;
}

/**
 * Reads from a database URL how to connect, with libpq's words, and its files. `require` encrypts and believes any
 * certificate, unless `sslrootcert` says whose; `verify-ca` wants one that this authority has signed; `verify-full`
 * wants the server's name in it too, and without `sslrootcert` an authority that Node knows. None of them ever goes on in the clear: a server
 * without TLS is an error.
 */
export function readDatabaseUrl(text: string): DatabaseAddress {
  const url = new URL(text);
  const fault = faultOfDatabaseUrl(text);
  if (fault !== undefined) throw new Error(`the database URL ${fault}`);
  const given = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const mode = given('sslmode') ?? 'disable';
  const root = given('sslrootcert');
  const cert = given('sslcert');
  const key = given('sslkey');
  for (const name of ours) url.searchParams.delete(name);
  // The driver would take these for parameters of the session.
  if (mode === 'disable') return { url: url.href, tls: false };
  return {
    url: url.href,
    tls: {
      minVersion: 'TLSv1.2',
      ...(root === undefined || root === 'system' ? {} : { ca: readFileSync(root) }),
      ...(cert === undefined || key === undefined
        ? {}
        : { cert: readFileSync(cert), key: readFileSync(key) }),
      rejectUnauthorized: mode !== 'require' || root !== undefined,
      ...(mode === 'verify-full' ? whoseName(url.hostname) : { checkServerIdentity: () => undefined }),
    },
  };
}

/** An address is no name to send, and still the one that the certificate must hold; the driver sends names by itself. */
function whoseName(hostname: string): ConnectionOptions {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? {} : { host };
}

/** The same for the other driver, which serves the queue: told so, it reads these words as libpq does. */
export function urlForQueue(text: string): URL {
  const fault = faultOfDatabaseUrl(text);
  if (fault !== undefined) throw new Error(`the database URL ${fault}`);
  const url = new URL(text);
  if (url.searchParams.has('sslmode')) url.searchParams.set('uselibpqcompat', 'true');
  return url;
}
