import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

/** Where the certificate of a listener is; with `ca` clients must present a certificate it has signed (mutual TLS). */
export type TlsFiles = { cert: string; key: string; ca?: string | undefined };

/** A certificate and its key as they are in their files (PEM), checked to belong together. */
export type TlsIdentity = { cert: Buffer; key: Buffer; ca?: Buffer; validUntil: Date };

/** What is wrong with the files of a certificate; the message names the file and no content. */
export class TlsFault extends Error {
  override readonly name = 'TlsFault';
}

/**
 * Reads a certificate, its key and the authority of clients.
 * @throws TlsFault when a file cannot be read, is not PEM, or certificate and key do not belong together.
 */
export async function readTlsIdentity(files: TlsFiles): Promise<TlsIdentity> {
  const cert = await read(files.cert);
  const key = await read(files.key);
  const ca = files.ca === undefined ? undefined : await read(files.ca);
  const certificate = parse(files.cert, 'certificate', () => new X509Certificate(cert));
  const privateKey = parse(files.key, 'private key', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TlsFault(`${files.key} is not the key of the certificate in ${files.cert}`);
  }
  if (ca !== undefined) parse(files.ca ?? '', 'certificate', () => new X509Certificate(ca));
  const identity = { cert, key, ...(ca === undefined ? {} : { ca }) };
  parse(files.cert, 'certificate', () => createSecureContext(identity));
  return { ...identity, validUntil: new Date(certificate.validTo) };
}

/** Gives what of an identity a listener or a client is made with; TLS 1.2 is the oldest that is spoken. */
export function secureContextOf({ cert, key, ca }: TlsIdentity): SecureContextOptions {
  return { cert, key, ...(ca === undefined ? {} : { ca }), minVersion: 'TLSv1.2' };
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new TlsFault(`${path} cannot be read (${code})`);
  }
}

/** The library's own words may quote what is in the file: a key. */
function parse<T>(path: string, what: string, make: () => T): T {
  try {
    return make();
  } catch {
    throw new TlsFault(`${path} holds no ${what} in PEM that can be used`);
  }
}
