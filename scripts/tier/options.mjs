import { resolve } from 'node:path';

/**
 * What a tier is told from outside.
 * @typedef {object} TierOptions
 * @property {number} port where the balancer listens; 0: a free port, and free ones for the nodes
 * @property {number} nodes
 * @property {string} dataDir key ring, database, logs and the record of what runs
 * @property {boolean} demo
 * @property {string | undefined} mllpPort of the first node, the only one that listens for HL7 v2
 */

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ ok: true, options: TierOptions } | { ok: false, fault: string }}
 */
export function readOptions(environment) {
  const port = whole(environment.PORT, 4000, 0, 65_000);
  const nodes = whole(environment.TIER_NODES, 3, 1, 32);
  if (port === undefined) return { ok: false, fault: 'PORT must be a number from 0 to 65000' };
  if (nodes === undefined) return { ok: false, fault: 'TIER_NODES must be a number from 1 to 32' };
  if (!['on', 'off', '', undefined].includes(environment.DEMO)) {
    return { ok: false, fault: 'DEMO must be on or off' };
  }
  if (environment.DATABASE_URL || environment.REDIS_URL) {
    return { ok: false, fault: 'it brings its own PostgreSQL and Redis: unset DATABASE_URL and REDIS_URL' };
  }
  return {
    ok: true,
    options: {
      port,
      nodes,
      dataDir: resolve(environment.DATA_DIR || '.carewall-tier'),
      demo: environment.DEMO !== 'off',
      mllpPort: environment.MLLP_PORT || undefined,
    },
  };
}

function whole(text, otherwise, least, most) {
  if (text === undefined || text === '') return otherwise;
  const number = Number(text);
  return Number.isInteger(number) && number >= least && number <= most ? number : undefined;
}
