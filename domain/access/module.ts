import { defineModule, evolveOf } from '../module.ts';
import { accessRights } from './access.ts';
import { accessCommands } from './commands.ts';
import { accessEvents } from './events.ts';
import { evolvePeople, evolveProfile, nobody } from './evolve.ts';
import { ownProfileSchema, peopleSchema } from './schema.ts';

/** Accounts, the roles they hold, and how people and systems come to have one. */
export const accessModule = defineModule({
  name: 'access',
  rights: accessRights,
  commands: accessCommands,
  events: accessEvents,
  topics: [
    {
      kind: 'org/*/people',
      summary: 'The accounts of an organisation, who is invited, who asks, which systems have keys',
      state: peopleSchema,
      views: [{ name: 'full', right: 'people.manage' }],
      evolve: evolveOf(peopleSchema, evolvePeople),
      beginning: nobody,
    },
    {
      kind: 'facility/*/people',
      summary: 'The same, as far as it concerns one facility',
      state: peopleSchema,
      toldBy: 'org/*/people',
      views: [{ name: 'full', right: 'people.manage' }],
      evolve: evolveOf(peopleSchema, evolvePeople),
      beginning: nobody,
    },
    {
      kind: 'user/*/profile',
      summary: 'What somebody says of themselves',
      state: ownProfileSchema,
      views: [{ name: 'own', right: 'profile.own' }],
      evolve: evolveOf(ownProfileSchema, evolveProfile),
      beginning: (later) => ({ id: ownProfileSchema.parse(later).id }),
    },
  ],
});
