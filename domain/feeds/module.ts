import { defineModule, evolveOf } from '../module.ts';
import { feedRights } from './access.ts';
import { feedCommands } from './commands.ts';
import { feedEvents } from './events.ts';
import { evolveFeeds, evolveUnitFeeds } from './evolve.ts';
import { feedsSchema, unitFeedsSchema } from './schema.ts';

/** The systems that state facts: who they are, when they were last heard, what of theirs could not be applied. */
export const feedsModule = defineModule({
  name: 'feeds',
  rights: feedRights,
  commands: feedCommands,
  events: feedEvents,
  topics: [
    {
      kind: 'org/*/feeds',
      summary: 'The feeds of an organisation, and the messages of theirs that wait in quarantine',
      state: feedsSchema,
      views: [{ name: 'operational', right: 'feeds.read' }],
      evolve: evolveOf(feedsSchema, evolveFeeds),
      beginning: (later) => ({
        organisation: feedsSchema.parse(later).organisation,
        feeds: {},
        contacts: {},
        mappings: {},
        quarantine: {},
      }),
    },
    {
      kind: 'unit/*/feeds',
      summary: 'The feeds that speak of a unit, and which of them is silent',
      state: unitFeedsSchema,
      views: [{ name: 'public', right: 'feeds.presence' }],
      evolve: evolveOf(unitFeedsSchema, evolveUnitFeeds),
      beginning: (later) => ({ ...unitFeedsSchema.parse(later), feeds: {} }),
    },
  ],
});
