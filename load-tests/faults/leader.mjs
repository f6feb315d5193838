/**
 * Who leads the relay, as the database has it; nothing where that cannot be known, or no node leads for the others.
 * @param {Awaited<ReturnType<typeof import('./tier.mjs').createTier>>} tier
 * @returns {Promise<{ node: import('./tier.mjs').TierNode, term: number } | undefined>}
 */
export async function findLeader({ sql, nodes }) {
  const [found] = await sql`
    select r.term, a.client_port as port from carewall.relay r
    join pg_stat_activity a on a.pid = r.backend_pid`.catch(() => []);
  if (found === undefined) return undefined;
  // Its session comes through the proxy of its node, whatever the node calls itself.
  const node = nodes.find(({ database }) => database.isFrom(found.port));
  return node && { node, term: Number(found.term) };
}

/** The term of the lead; nothing where there is none yet or it cannot be read. */
export async function readTerm({ sql }) {
  const [row] = await sql`select term from carewall.relay`.catch(() => []);
  return row && Number(row.term);
}
