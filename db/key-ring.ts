import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, link, mkdir, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
type Keys = z.infer<typeof keyRingFileSchema>;

/** The keys that nothing in the database can be read without. They never stand in the database themselves. */
export interface KeyRing {
  /** May change while we serve: who wraps reads it in the same breath, before waiting for anything. */
  readonly current: string;
  /** The names of its keys. */
  readonly keys: readonly string[];
  /** Wraps a secret under the current key; `label` must be given again to unwrap it. */
  wrap(secret: Buffer, label: string): Buffer;
  /** Unwraps what the named key wrapped. Raises an Error where key, label or bytes are not the right ones. */
  unwrap(wrapped: Buffer, key: string, label: string): Buffer;
  /** A pseudonym that the same words of the same organisation always have, and that tells nothing of them. */
  pseudonym(org: string, kind: string, value: string): string;
  /** A keyed fingerprint of a text: equal texts have equal ones, and nobody without the key can try texts out. */
  fingerprint(text: string): Buffer;
  /** Reads its file again, where it has one. Raises an Error, and keeps what it had, where that is no key ring. */
  reload(): void;
}

/** Where the key ring comes from: the environment itself, or a file that may change while we serve. */
export type KeyRingSource = { readonly text: string } | { readonly file: string; readonly make: boolean };

/**
 * Where the environment says that the key ring is. In production none is made: what a node would seal with its own, the others
 * could not read.
 */
export function keyRingSourceOf(environment: {
  readonly KEY_RING?: string | undefined;
  readonly KEY_RING_FILE?: string | undefined;
  readonly DATA_DIR: string;
  readonly NODE_ENV?: string | undefined;
}): KeyRingSource {
  if (environment.KEY_RING !== undefined) return { text: environment.KEY_RING };
  const file = environment.KEY_RING_FILE ?? join(environment.DATA_DIR, 'key-ring.json');
  return { file, make: environment.NODE_ENV !== 'production' };
}

/**
 * Opens the key ring. Where there is no file, one with new keys is made, unless `make` is false: a node in production that
 * was given no ring must not go on with one of its own. Raises an Error that names what is wrong.
 */
export async function openKeyRing(source: KeyRingSource): Promise<KeyRing> {
  if ('text' in source) return parseKeyRing(source.text, 'in KEY_RING');
  const { file } = source;
  if (!existsSync(file)) {
    if (!source.make) {
      throw new Error(
        `there is no key ring ${file}: make one with "npm run carewall -- rotate-keys --new", or give KEY_RING or KEY_RING_FILE`,
      );
    }
    await makeKeyRing(file);
  }
  return createKeyRing(readKeys(readFileSync(file, 'utf8'), file), () =>
    readKeys(readFileSync(file, 'utf8'), file),
  );
}

/** Makes a key ring with new keys. False, and nothing changed, where there is one already. */
export async function makeKeyRing(file: string): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true });
  // Written aside and linked: a crash must not leave half a key ring, and of two nodes that begin at once on a shared
  // folder both must end with the same one.
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, newKeyRing(), { mode: 0o600 });
  await chmod(aside, 0o600);
  try {
    await link(aside, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(aside);
  }
}

/** The key ring that a text describes. Raises an Error that says what is wrong, without the keys. */
export function parseKeyRing(text: string, name: string): KeyRing {
  return createKeyRing(readKeys(text, name));
}

function readKeys(text: string, name: string): Keys {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(`the key ring ${name} is not JSON`);
  }
  const parsed = keyRingFileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new Error(`the key ring ${name} is not valid: ${faults.join('; ')}`);
}

/** Rows name keys that are not known at the rate at which rows are read: the file is looked at this often at most. */
const lookAgainMs = 1_000;

function createKeyRing(first: Keys, read?: () => Keys): KeyRing {
  let ring = first;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const keyOf = (id: string): Buffer => {
    // Another node may have been given a key that this one has not read yet. Waiting here, for a small file, keeps what is
    // sealed readable to those who ask now.
    if (ring.keys[id] === undefined && read !== undefined && Date.now() - lookedAt > lookAgainMs) {
      lookedAt = Date.now();
      ring = read();
    }
    const key = ring.keys[id];
    if (key === undefined) throw new Error(`the key ring has no key ${id}`);
    return key;
  };
  return {
    get current() {
      return ring.current;
    },
    get keys() {
      return Object.keys(ring.keys);
    },
    wrap: (secret, label) => encrypt(keyOf(ring.current), secret, label),
    unwrap: (wrapped, key, label) => decrypt(keyOf(key), wrapped, label),
    pseudonym: (org, kind, value) =>
      createHmac('sha256', ring.pseudonyms)
        .update(JSON.stringify([org, kind, value]))
        .digest('hex')
        .slice(0, 32),
    fingerprint: (value) => createHmac('sha256', ring.pseudonyms).update(value).digest(),
    reload() {
      if (read !== undefined) ring = read();
    },
  };
}

/** A new key ring, as the text of its file. */
export function newKeyRing(): string {
  return textOf({ current: 'k1', keys: { k1: randomBytes(32) }, pseudonyms: randomBytes(32) });
}

/** The text of a key ring with another key added, which is not the current one yet. */
export function withNewKey(text: string, name: string): { readonly text: string; readonly key: string } {
  const ring = readKeys(text, name);
  const last = Math.max(0, ...Object.keys(ring.keys).map((id) => Number(/^k(\d+)$/.exec(id)?.[1] ?? 0)));
  const key = `k${last + 1}`;
  return { text: textOf({ ...ring, keys: { ...ring.keys, [key]: randomBytes(32) } }), key };
}

/** The text of a key ring in which another of its keys is the current one. */
export function withCurrentKey(text: string, name: string, current: string): string {
  return textOf({ ...readKeys(text, name), current });
}

/** The text of a key ring with its current key alone. */
export function withoutOldKeys(text: string, name: string): string {
  const ring = readKeys(text, name);
  const keys = Object.fromEntries(Object.entries(ring.keys).filter(([id]) => id === ring.current));
  return textOf({ ...ring, keys });
}

/** Exchanges a key ring's file for another in one step: a node that reads meanwhile reads the one or the other. */
export async function replaceKeyRing(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, text, { mode: 0o600 });
  await rename(aside, file);
}

function textOf({ current, keys, pseudonyms }: Keys): string {
  const base64 = Object.fromEntries(Object.entries(keys).map(([id, key]) => [id, key.toString('base64')]));
  return `${JSON.stringify({ current, keys: base64, pseudonyms: pseudonyms.toString('base64') }, null, 2)}\n`;
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
