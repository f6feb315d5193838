import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import postgres from 'postgres';
import { readMetrics, signIn, signInMany } from '../measures/installation.mjs';

/**
 * Runs the work on an installation that is there: nothing of it is started, stopped or seeded. Its nodes must run on this
 * machine, for what they cost is read from the operating system, and it must have the demo's accounts.
 * @param {{ urls: string[], databaseUrl: string }} running
 * @param {(installation: any) => Promise<void>} work
 */
export async function withRunningInstallation({ urls, databaseUrl }, work) {
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => undefined });
  try {
    const [{ on }] = await sql`select current_setting('track_commit_timestamp') as on`;
    if (on !== 'on')
      throw new Error('the database does not keep commit times: set track_commit_timestamp = on');
    const nodes = urls.map((url) => ({
      url,
      node: { port: portOf(url), pid: () => listenerOf(portOf(url)) },
    }));
    await work({
      database: { url: databaseUrl, sql, pid: listenerOf(Number(new URL(databaseUrl).port || 5432)) },
      redis: undefined,
      nodes,
      signIn: (role, node = 0) => signIn(urls[node], role),
      signInMany: (count) => signInMany(urls[0], count),
      metrics: (node = 0) => readMetrics(urls[node]),
    });
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function portOf(url) {
  const { port, protocol } = new URL(url);
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

/** The process of this machine that listens on a port; the first of its family where children have it too. */
function listenerOf(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = new Set();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6'])
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[3] === '0A' && fields[1]?.endsWith(`:${hex}`)) sockets.add(`socket:[${fields[9]}]`);
    }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  for (const pid of pids.map(Number).sort((a, b) => a - b)) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`))
        if (sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`))) return pid;
    } catch {
      // It has ended, or is not ours to look into.
    }
  }
  throw new Error(`no process of this machine that we may look into listens on port ${port}`);
}
