// Checks types, import rules, form and invariants, two at a time; says what each that fails said.  node scripts/check.mjs
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const rooms = ['domain', 'db', 'realtime', 'web/src', 'cli', 'load-tests', 'tests'];
/** The longest first, so that the short ones fill the rest of the time. */
const checks = [
  ['tsc', '-p', 'tsconfig.json'],
  ['tsc', '-p', 'web/tsconfig.json'],
  ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err', ...rooms],
  ['biome', 'ci', '.'],
  ['node', 'scripts/invariants.mjs'],
];
const waiting = [...checks];
let failed = false;

await Promise.all(
  [1, 2].map(async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const { code, said } = await run(check);
      if (code === 0) continue;
      failed = true;
      console.error(`${check.join(' ')} failed:\n${said}`);
    }
  }),
);
process.exit(failed ? 1 : 0);

/** @param {string[]} command */
function run([program = '', ...args]) {
  return new Promise((finish, reject) => {
    const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`;
    const child = spawn(program, args, { cwd: root, env: { ...process.env, PATH: path } });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
      });
    child.once('error', reject);
    child.once('close', (code) => finish({ code, said }));
  });
}
