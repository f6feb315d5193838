/**
 * What nodes have counted as faults of their own since they started, with what they wrote about them.
 * @param {import('../measures/installation.mjs').Installation['nodes']} nodes
 * @param {import('../measures/installation.mjs').Installation['metrics']} metrics
 * @returns {Promise<string[]>}
 */
export async function nodeFaults(nodes, metrics) {
  const faults = [];
  for (const [index, { node }] of nodes.entries()) {
    const count = (await metrics(index))('carewall_faults_total');
    if (count > 0) faults.push(`node ${index + 1} counted ${count} faults${wordsOf(node)}`);
  }
  return faults;
}

/** The messages of a node's log that tell of something wrong, each once. */
function wordsOf(node) {
  // One that ran already keeps its log to itself.
  const lines = node.log?.(0).split('\n') ?? [];
  const messages = lines.flatMap((line) => {
    try {
      const { level, stage, fault, code } = JSON.parse(line);
      return level >= 40 && fault !== undefined ? [[stage, fault, code].filter(Boolean).join(' ')] : [];
    } catch {
      return [];
    }
  });
  const told = [...new Set(messages)].slice(0, 5);
  return told.length === 0 ? '' : `: ${told.join('; ')}`;
}
