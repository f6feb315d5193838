import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import pinned from './uws-binaries.json' with { type: 'json' };
import { refuseBinary } from './uws-binary.ts';

const folder = dirname(createRequire(import.meta.url).resolve('uWebSockets.js'));

it('records the hash of every binary in the package, and of no other', { timeout: 60_000 }, async () => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.node')).sort();
  expect(Object.keys(pinned.sha256).sort()).toEqual(files);
  for (const file of files) {
    const sha256 = createHash('sha256')
      .update(await readFile(join(folder, file)))
      .digest('hex');
    expect(refuseBinary(file, sha256)).toBeUndefined();
  }
});

it('refuses a binary that was changed, or that nobody recorded', () => {
  expect(refuseBinary('uws_linux_x64_115.node', '00')).toMatch(
    /^uws_linux_x64_115\.node has sha256 00, recorded is /,
  );
  expect(refuseBinary('uws_plan9_x64_115.node', '00')).toBe('uws_plan9_x64_115.node has no recorded hash');
});
