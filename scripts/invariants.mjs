// Lists the invariants of docs/invariants.md that no test names, and names in tests that the page does not have.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const named = (text) => new Set(text.match(/\bINV-\d+\.\d+\b/g) ?? []);
const page = named(await readFile(join(root, 'docs', 'invariants.md'), 'utf8'));
const folders = ['domain', 'db', 'realtime', 'web/src', 'load-tests', 'tests'];
const files = (
  await Promise.all(
    folders.map(async (folder) =>
      (
        await readdir(join(root, folder), { recursive: true })
      )
        .filter((name) => /\.test\.tsx?$/.test(name))
        .map((name) => join(root, folder, name)),
    ),
  )
).flat();
const inTests = new Set();
for (const file of files) for (const name of named(await readFile(file, 'utf8'))) inTests.add(name);

const unproven = [...page].filter((name) => !inTests.has(name));
const unknown = [...inTests].filter((name) => !page.has(name));
for (const name of unproven) console.error(`${name} is named by no test`);
for (const name of unknown) console.error(`${name} is named by a test, but not in docs/invariants.md`);
console.log(`${page.size} invariants, ${page.size - unproven.length} named by tests`);
process.exitCode = unproven.length + unknown.length > 0 ? 1 : 0;
