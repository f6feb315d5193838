import { createProjector } from '#db/projector.ts';
import { stores } from '#db/stores/stores.ts';
import { startDueCommands } from './due.ts';
import { startHistoryUpkeep } from './history-upkeep.ts';
import type { NodeContext } from './node-context.ts';
import type { Store } from './open-store.ts';
import { startProjections } from './projections.ts';

/** Starts what every node does without being asked: what is due, derived topics, the months of the history. */
export function startBackground(node: NodeContext, store: Store): void {
  const { settings, log, lifecycle, onFault } = node;
  const { databases, vault, commands, bell } = store;
  const due = startDueCommands({
    sql: databases.relay,
    stores,
    commands,
    everyMs: 1_000,
    onFault: onFault('due'),
  });
  lifecycle.onStop('due commands', 2_000, () => due.stop());
  const projections = startProjections({
    projector: createProjector({
      sqlApp: databases.app,
      sqlRelay: databases.relay,
      vault,
      stores,
      everyMs: 1_000,
    }),
    everyMs: 100,
    onAppended: bell.ring,
    onFault: onFault('projections'),
  });
  lifecycle.onStop('projections', 2_000, () => projections.stop());
  const upkeep = startHistoryUpkeep({
    sql: databases.relay,
    keepDays: settings.historyDays,
    everyMs: 3_600_000,
    onDropped: (dropped) => log.info({ dropped }, 'old months of the history are dropped'),
    onFault: onFault('upkeep'),
  });
  lifecycle.onStop('upkeep', 2_000, () => upkeep.stop());
}
