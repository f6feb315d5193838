// Builds the server and the web UI where they are out of date, and the keeper.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const keeperBundle = new URL('../../dist/tier/keeper.js', import.meta.url);

/** In processes of their own: the builders' memory and helpers are not for a tier that runs for long. */
export async function buildAll() {
  await run(new URL('../build.mjs', import.meta.url));
  await run(new URL(import.meta.url));
}

async function run(script) {
  // A session of its own: a Ctrl-C lets it come to its end, and the tier then goes no further.
  const child = spawn(process.execPath, [fileURLToPath(script)], { stdio: 'inherit', detached: true });
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the build ended with ${signal ?? code}`);
}

async function bundleKeeper() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./keeper.mjs', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
    write: false,
  });
  const path = fileURLToPath(keeperBundle);
  const there = await readFile(path).catch(() => undefined);
  // Somebody who may not write here can still run what another has built.
  if (there?.equals(outputFiles[0].contents)) return;
  await mkdir(dirname(path), { recursive: true });
  // Whole or not at all: another tier may be starting from it at this moment.
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, outputFiles[0].contents);
  await rename(draft, path);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await bundleKeeper();
