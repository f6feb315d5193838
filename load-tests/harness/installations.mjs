import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withInstallation } from '../measures/installation.mjs';
import { withRunningInstallation } from './running-installation.mjs';

const settle = fileURLToPath(new URL('./settle-on-signal.mjs', import.meta.url));
const profiled = fileURLToPath(new URL('./profiled.mjs', import.meta.url));

/**
 * What a scenario is run on: an installation of its own, so that no scenario meets what another has left; or the one
 * that runs already.
 * @param {{ nodes: number, withRedis: boolean, engine: string, minutes: number, profile?: string,
 *   running?: { urls: string[], databaseUrl: string } }} how
 * @returns {import('./scenario.mjs').Context['withInstallation']}
 */
export function installationFor({ nodes, withRedis, engine, minutes, profile, running }) {
  const withinMs = minutes * 60_000;
  if (running !== undefined)
    return (_, work) => withRunningInstallation(running, (installation) => work({ ...installation, engine }));
  if (profile !== undefined) mkdirSync(profile, { recursive: true });
  const loaded =
    profile === undefined
      ? { NODE_OPTIONS: `--import ${settle}` }
      : { NODE_OPTIONS: `--import ${settle} --import ${profiled}`, PROFILE_FOLDER: profile };
  return (options, work) =>
    withInstallation(
      {
        nodes,
        withRedis,
        engine,
        withinMs,
        ...options,
        environment: { ...loaded, ...options.environment },
      },
      async (installation) => {
        await work({ ...installation, engine });
        // A profile is written by a process that ends by itself.
        if (profile !== undefined) await Promise.all(installation.nodes.map(({ node }) => node.drain()));
      },
    );
}
