import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const keyBytes = z
  .string()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64');

const keyRingFileSchema = z
  .strictObject({
    /** The key that wraps what is sealed from now on. */
    current: z.string().min(1),
    keys: z.record(z.string().min(1), keyBytes),
    /** Makes pseudonyms and fingerprints. It is never rotated: rows are found by what it made. */
    pseudonyms: keyBytes,
  })
  .refine((ring) => ring.keys[ring.current] !== undefined, {
    path: ['current'],
    message: 'is not among the keys',
  });

/** The keys that nothing in the database can be read without. They never stand in the database themselves. */
export interface KeyRing {
  readonly current: string;
  /** Wraps a secret under the current key; `label` must be given again to unwrap it. */
  wrap(secret: Buffer, label: string): Buffer;
  /** Unwraps what the named key wrapped. Raises an Error where key, label or bytes are not the right ones. */
  unwrap(wrapped: Buffer, key: string, label: string): Buffer;
  /** A pseudonym that the same words of the same organisation always have, and that tells nothing of them. */
  pseudonym(org: string, kind: string, value: string): string;
  /** A keyed fingerprint of a text: equal texts have equal ones, and nobody without the key can try texts out. */
  fingerprint(text: string): Buffer;
}

/** Reads the key ring from a file, made with new keys where there is none. Raises an Error that names what is wrong. */
export async function openKeyRing(file: string): Promise<KeyRing> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return parseKeyRing(text, file);
  const fresh = newKeyRing();
  await mkdir(dirname(file), { recursive: true });
  // Written aside and linked: a crash must not leave half a key ring, and of two nodes that begin at once on a shared
  // folder both must end with the same one.
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, fresh, { mode: 0o600 });
  await chmod(aside, 0o600);
  await link(aside, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(aside);
  return parseKeyRing(await readFile(file, 'utf8'), file);
}

/** The key ring that a text describes. Raises an Error that says what is wrong, without the keys. */
export function parseKeyRing(text: string, name: string): KeyRing {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(`the key ring ${name} is not JSON`);
  }
  const parsed = keyRingFileSchema.safeParse(json);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new Error(`the key ring ${name} is not valid: ${faults.join('; ')}`);
  }
  const { current, keys, pseudonyms } = parsed.data;
  const keyOf = (id: string): Buffer => {
    const key = keys[id];
    if (key === undefined) throw new Error(`the key ring has no key ${id}`);
    return key;
  };
  return {
    current,
    wrap: (secret, label) => encrypt(keyOf(current), secret, label),
    unwrap: (wrapped, key, label) => decrypt(keyOf(key), wrapped, label),
    pseudonym: (org, kind, value) =>
      createHmac('sha256', pseudonyms)
        .update(JSON.stringify([org, kind, value]))
        .digest('hex')
        .slice(0, 32),
    fingerprint: (value) => createHmac('sha256', pseudonyms).update(value).digest(),
  };
}

/** A new key ring, as the text of its file. */
export function newKeyRing(): string {
  const key = () => randomBytes(32).toString('base64');
  return `${JSON.stringify({ current: 'k1', keys: { k1: key() }, pseudonyms: key() }, null, 2)}\n`;
}

const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM with a random nonce: nonce, ciphertext, tag. The label is authenticated, not stored. */
export function encrypt(key: Buffer, plain: Buffer, label: string): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(label));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The plain bytes of what `encrypt` gave. Raises an Error where key, label or bytes are not the right ones. */
export function decrypt(key: Buffer, sealed: Buffer, label: string): Buffer {
  if (sealed.length < ivBytes + tagBytes) throw new Error('too short to be sealed');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes))
    .setAAD(Buffer.from(label))
    .setAuthTag(sealed.subarray(sealed.length - tagBytes));
  return Buffer.concat([
    decipher.update(sealed.subarray(ivBytes, sealed.length - tagBytes)),
    decipher.final(),
  ]);
}
