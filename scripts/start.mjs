// Builds what is out of date and runs the server in this same process, so that signals go straight to it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { staleTargets } from './build.mjs';

const server = new URL('../dist/server/main.js', import.meta.url);

if ((await staleTargets()).length > 0) await build();
if (!existsSync(server)) {
  console.error(
    'start: there is no dist/server/main.js and nothing to build it from: run npm run build in the sources',
  );
  process.exit(1);
}
process.setSourceMapsEnabled(true);
await import(server.href);

/** In a process of its own: the builders' memory and environment are not for a server that runs for months. */
async function build() {
  const script = fileURLToPath(new URL('./build.mjs', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const endBuild = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, endBuild);
  const [code, signal] = await once(child, 'exit');
  for (const name of signals) process.off(name, endBuild);
  if (signal) process.kill(process.pid, signal);
  if (code !== 0) process.exit(code ?? 1);
}
