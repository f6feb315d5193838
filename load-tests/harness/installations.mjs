import { fileURLToPath } from 'node:url';
import { withInstallation } from '../measures/installation.mjs';
import { withRunningInstallation } from './running-installation.mjs';

const settle = fileURLToPath(new URL('./settle-on-signal.mjs', import.meta.url));

/**
 * What a scenario is run on: an installation of its own, so that no scenario meets what another has left; or the one
 * that runs already.
 * @param {{ nodes: number, withRedis: boolean, engine: string, minutes: number,
 *   running?: { urls: string[], databaseUrl: string } }} how
 * @returns {import('./scenario.mjs').Context['withInstallation']}
 */
export function installationFor({ nodes, withRedis, engine, minutes, running }) {
  const withinMs = minutes * 60_000;
  if (running !== undefined)
    return (_, work) => withRunningInstallation(running, (installation) => work({ ...installation, engine }));
  return (options, work) =>
    withInstallation(
      {
        nodes,
        withRedis,
        engine,
        withinMs,
        ...options,
        environment: { NODE_OPTIONS: `--import ${settle}`, ...options.environment },
      },
      (installation) => work({ ...installation, engine }),
    );
}
