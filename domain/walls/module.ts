import { defineModule, evolveOf } from '../module.ts';
import { wallRights } from './access.ts';
import { wallCommands } from './commands.ts';
import { wallEvents } from './events.ts';
import { evolveWalls } from './evolve.ts';
import { wallsSchema } from './schema.ts';

/** Displays that hang in a room: what each may show, who let it, and when it was last heard. */
export const wallsModule = defineModule({
  name: 'walls',
  rights: wallRights,
  commands: wallCommands,
  events: wallEvents,
  topics: [
    {
      kind: 'org/*/walls',
      summary: 'The walls of an organisation, with when each was last heard',
      state: wallsSchema,
      views: [{ name: 'operational', right: 'walls.manage' }],
      evolve: evolveOf(wallsSchema, evolveWalls),
      beginning: (later) => ({
        organisation: wallsSchema.parse(later).organisation,
        walls: {},
        contacts: {},
      }),
    },
  ],
});
