import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  makeKeyRing,
  newKeyRing,
  openKeyRing,
  replaceKeyRing,
  withCurrentKey,
  withNewKey,
} from './key-ring.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carewall-rings-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('a ring that may not be made is asked for', async () => {
  const file = join(folder, 'none.json');
  await expect(openKeyRing({ file, make: false })).rejects.toThrow(
    /there is no key ring .*rotate-keys --new/,
  );
  await openKeyRing({ file, make: true });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await makeKeyRing(file)).toBe(false);
});

it('a ring in the environment opens what the same ring in a file has wrapped', async () => {
  const file = join(folder, 'same.json');
  const inFile = await openKeyRing({ file, make: true });
  const ring = await openKeyRing({ text: await readFile(file, 'utf8') });
  expect(ring.unwrap(inFile.wrap(Buffer.from('secret'), 'label'), 'k1', 'label').toString()).toBe('secret');
  expect(() => ring.unwrap(inFile.wrap(Buffer.from('secret'), 'label'), 'k1', 'other')).toThrow();
});

it('a key that is not known is looked for in the file; a file that went bad changes nothing', async () => {
  const file = join(folder, 'changing.json');
  const ring = await openKeyRing({ file, make: true });
  const { text, key } = withNewKey(await readFile(file, 'utf8'), file);
  await replaceKeyRing(file, withCurrentKey(text, file, key));
  const other = await openKeyRing({ file, make: false });
  expect(other.current).toBe('k2');
  expect(ring.current).toBe('k1');
  expect(ring.unwrap(other.wrap(Buffer.from('secret'), 'x'), 'k2', 'x').toString()).toBe('secret');
  expect(ring.current).toBe('k2');
  await replaceKeyRing(file, '{"current":');
  expect(() => ring.reload()).toThrow(`the key ring ${file} is not JSON`);
  expect(ring.current).toBe('k2');
});

it('what is wrong with a ring is said without its keys', async () => {
  const { keys, pseudonyms } = JSON.parse(newKeyRing());
  await expect(openKeyRing({ text: JSON.stringify({ current: 'k9', keys, pseudonyms }) })).rejects.toThrow(
    'the key ring in KEY_RING is not valid: current is not among the keys',
  );
  await expect(
    openKeyRing({ text: JSON.stringify({ current: 'k1', keys: { k1: 'AAAA' }, pseudonyms }) }),
  ).rejects.toThrow(/^the key ring in KEY_RING is not valid: keys.k1 must be 32 bytes in base64$/);
});
