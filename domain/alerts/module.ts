import { defineModule, evolveOf } from '../module.ts';
import { alertRights } from './access.ts';
import { alertCommands } from './decide.ts';
import { alertEvents } from './events.ts';
import { evolveUnitAlerts } from './evolve.ts';
import { unitAlertsSchema } from './schema.ts';

/** What someone must act on: raised by other contexts, answered by people. */
export const alertsModule = defineModule({
  name: 'alerts',
  rights: alertRights,
  commands: alertCommands,
  events: alertEvents,
  topics: [
    {
      kind: 'unit/*/alerts',
      summary: 'What someone at the unit must act on, with its owner',
      state: unitAlertsSchema,
      views: [
        { name: 'clinical', right: 'alerts.read.clinical' },
        { name: 'operational', right: 'alerts.read.operational' },
      ],
      evolve: evolveOf(unitAlertsSchema, evolveUnitAlerts),
      beginning: (later) => ({ ...unitAlertsSchema.parse(later), alerts: {} }),
    },
  ],
});
