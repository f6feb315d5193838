// Builds the server and the command line (esbuild) and the web UI (vite) into dist/, each only when what it is made of has changed.
// node scripts/build.mjs [--force]
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { mendDriver } from './mend-driver.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const shared = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'scripts/build.mjs',
  'scripts/mend-driver.mjs',
];

/** What can be built: `entry` must exist, `output` tells that it was built, `inputs` what it is made of. */
const targets = {
  server: {
    entry: 'realtime/main.ts',
    output: 'dist/server/main.js',
    inputs: ['domain', 'db', 'realtime', ...shared],
    make: makeProgram,
  },
  cli: {
    entry: 'cli/main.ts',
    output: 'dist/cli/main.js',
    inputs: ['domain', 'db', 'realtime/ingest', 'cli', ...shared],
    make: makeProgram,
  },
  web: {
    entry: 'web/index.html',
    output: 'dist/web/index.html',
    inputs: ['domain', 'web', ...shared],
    make: makeWeb,
  },
};

/** The names of the targets whose output is missing or older than what it is made of. */
export async function staleTargets() {
  const names = Object.keys(targets);
  const stale = await Promise.all(names.map(async (name) => (await staleFingerprint(name)) !== undefined));
  return names.filter((_, index) => stale[index]);
}

/** Builds dist/server/main.js unless it is up to date and gives its path. Throws with esbuild's message when it fails. */
export async function buildServer({ force = false } = {}) {
  // Also where npm runs no scripts.
  mendDriver();
  await buildTarget('server', force);
  return join(root, targets.server.output);
}

/** Builds dist/cli/main.js unless it is up to date and gives its address, for an import. */
export async function buildCli({ force = false } = {}) {
  await buildTarget('cli', force, () => undefined);
  return pathToFileURL(join(root, targets.cli.output)).href;
}

/** Builds dist/web unless it is up to date and gives its path, or undefined while there is no web UI to build. */
export async function buildWeb({ force = false } = {}) {
  await buildTarget('web', force);
  const folder = join(root, dirname(targets.web.output));
  return existsSync(folder) ? folder : undefined;
}

async function buildTarget(name, force, say = console.log) {
  const { entry, output, make } = targets[name];
  if (!existsSync(join(root, entry))) {
    // An image that carries dist/ alone has nothing to build from and nothing to build.
    const what = existsSync(join(root, output)) ? `${output} is used as it is` : `${name} is skipped`;
    say(`build: there is no ${entry}: ${what}`);
    return;
  }
  // Taken before the build, so that what changes meanwhile is built next time.
  const fingerprint = force ? await fingerprintOf(name) : await staleFingerprint(name);
  if (fingerprint === undefined) return;
  const began = performance.now();
  await mkdir(dist, { recursive: true });
  await make(join(root, entry), join(root, output));
  await replaceFile(fingerprintFile(name), fingerprint);
  say(`build: ${name} in ${Math.round(performance.now() - began)} ms`);
}

async function makeProgram(entry, output) {
  const { build } = await builder('esbuild');
  const result = await build({
    entryPoints: [entry],
    outfile: output,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Imports that begin with # are files of ours by package.json and are bundled all the same.
    packages: 'external',
    sourcemap: true,
    sourcesContent: false,
    keepNames: true,
    logLevel: 'warning',
    write: false,
  });
  // Not written by esbuild: another process may be starting from these files, or building them, at this moment.
  for (const file of result.outputFiles) await replaceFile(file.path, file.contents);
}

async function makeWeb(_entry, output) {
  const folder = dirname(output);
  const draft = `${folder}.${randomUUID()}`;
  const old = `${folder}.${randomUUID()}`;
  try {
    // In a process of its own: vite keeps much memory, which is not for the server.
    await run(join(packageFolder('vite'), 'bin', 'vite.js'), [
      'build',
      join(root, 'web'),
      ...['--config', join(root, 'web', 'vite.config.ts')],
      ...['--outDir', draft, '--emptyOutDir', '--logLevel', 'warn'],
    ]);
    await rename(folder, old).catch(ignoreMissing);
    await rename(draft, folder).catch((error) => {
      // Another process has put its own build there in this very moment.
      if (!['EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

function run(script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      // Whoever builds may be a test: what is built ships.
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'inherit',
    });
    const onExit = () => child.kill();
    process.once('exit', onExit);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('exit', onExit);
      if (code === 0) resolve();
      else reject(new Error(`build: ${basename(script)} ended with ${signal ?? code}`));
    });
  });
}

async function builder(name) {
  packageFolder(name);
  return import(name);
}

function packageFolder(name) {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    throw new Error(
      `build: ${name} is not installed: run npm ci with the development packages, then npm run build`,
    );
  }
}

/** The fingerprint to build under, or undefined when the target is up to date or cannot be built. */
async function staleFingerprint(name) {
  if (!existsSync(join(root, targets[name].entry))) return undefined;
  const now = await fingerprintOf(name);
  if (!existsSync(join(root, targets[name].output))) return now;
  const then = await readFile(fingerprintFile(name), 'utf8').catch(ignoreMissing);
  return then === now ? undefined : now;
}

async function fingerprintOf(name) {
  const files = (await Promise.all(targets[name].inputs.map((input) => filesIn(join(root, input)))))
    .flat()
    .sort();
  const hash = createHash('sha256');
  for (const file of files) {
    // Contents, not times: a fresh clone and a restored cache have times that mean nothing.
    const content = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    hash.update(`${relative(root, file).split(sep).join('/')} ${content}\n`);
  }
  return hash.digest('hex');
}

async function filesIn(path) {
  const entries = await readdir(path, { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return undefined;
    return ignoreMissing(error) ?? [];
  });
  if (!entries) return [path];
  const inside = entries
    .filter((entry) => !/^node_modules$|^\.|\.test\.tsx?$/.test(entry.name))
    .map((entry) => (entry.isDirectory() ? filesIn(join(path, entry.name)) : [join(path, entry.name)]));
  return (await Promise.all(inside)).flat();
}

function fingerprintFile(name) {
  return join(dist, `.${name}-fingerprint`);
}

async function replaceFile(path, content) {
  const draft = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, content);
  await rename(draft, path);
}

function ignoreMissing(error) {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const force = process.argv.includes('--force');
  const outcomes = await Promise.allSettled([
    buildServer({ force }),
    buildCli({ force }),
    buildWeb({ force }),
  ]);
  for (const { reason } of outcomes.filter(({ status }) => status === 'rejected')) {
    // What esbuild found wrong it has printed already, with the lines.
    console.error(reason.errors ? 'build: the server was not built' : reason.message);
    process.exitCode = 1;
  }
}
