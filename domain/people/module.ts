import { defineModule, evolveOf } from '../module.ts';
import { peopleRights } from './access.ts';
import { peopleEvents } from './events.ts';
import { evolveDirectory, evolveUser } from './evolve.ts';
import { directorySchema, userSchema } from './schema.ts';

/** What concerns one person, told by other contexts; and who there is. */
export const peopleModule = defineModule({
  name: 'people',
  rights: peopleRights,
  commands: [],
  events: peopleEvents,
  topics: [
    {
      kind: 'user/*',
      summary: 'What concerns one person: bookings, payments, what there is to read, emergency access',
      state: userSchema,
      views: [{ name: 'own', right: 'own.read' }],
      evolve: evolveOf(userSchema, evolveUser),
      beginning: (later) => ({
        ...userSchema.parse(later),
        booking: {},
        payment: {},
        conversation: {},
        emergency: {},
      }),
    },
    {
      kind: 'org/*/directory',
      summary: 'The people of an organisation, patients apart',
      state: directorySchema,
      views: [{ name: 'public', right: 'directory.read' }],
      evolve: evolveOf(directorySchema, evolveDirectory),
      beginning: (later) => ({ ...directorySchema.parse(later), people: {} }),
    },
  ],
});
