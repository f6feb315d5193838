import { defineModule, evolveOf } from '../module.ts';
import { bedRights } from './access.ts';
import { bedCommands } from './commands.ts';
import { bedEvents } from './events.ts';
import { evolveUnitBeds } from './evolve.ts';
import { unitBedsSchema } from './schema.ts';

/** Beds on three axes: operational status, claim, turnaround; and who is in them. */
export const bedsModule = defineModule({
  name: 'beds',
  rights: bedRights,
  commands: bedCommands,
  events: bedEvents,
  topics: [
    {
      kind: 'unit/*/beds',
      summary: 'Every bed of a unit',
      state: unitBedsSchema,
      views: [
        { name: 'clinical', right: 'beds.read.clinical' },
        { name: 'operational', right: 'beds.read.operational' },
      ],
      evolve: evolveOf(unitBedsSchema, evolveUnitBeds),
      beginning: (later) => ({ ...unitBedsSchema.parse(later), beds: {} }),
    },
  ],
});
