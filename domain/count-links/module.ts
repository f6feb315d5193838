import { defineModule, evolveOf } from '../module.ts';
import { countLinkRights } from './access.ts';
import { countLinkCommands } from './commands.ts';
import { countLinkEvents } from './events.ts';
import { evolveContacts } from './evolve.ts';
import { facilityContactsSchema } from './schema.ts';

/** Who is asked for a facility's counts, and the links through which they give them. */
export const countLinksModule = defineModule({
  name: 'count-links',
  rights: countLinkRights,
  commands: countLinkCommands,
  events: countLinkEvents,
  topics: [
    {
      kind: 'facility/*/contacts',
      toldBy: 'network/availability',
      summary: 'Who is asked for the counts of a facility, and what became of the newest link of each',
      state: facilityContactsSchema,
      views: [{ name: 'operational', right: 'contacts.read' }],
      evolve: evolveOf(facilityContactsSchema, evolveContacts),
      beginning: (later) => ({
        facility: facilityContactsSchema.parse(later).facility,
        contacts: {},
        links: {},
      }),
    },
  ],
});
