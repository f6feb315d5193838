import { defineModule, evolveOf } from '../module.ts';
import { privacyRights } from './access.ts';
import { privacyCommands } from './commands.ts';
import { privacyEvents } from './events.ts';
import { evolveOwnPrivacy, evolvePrivacy } from './evolve.ts';
import { ownPrivacySchema, privacySchema } from './schema.ts';

/** What people agreed to, what they ask about their own data, and what must not be erased. */
export const privacyModule = defineModule({
  name: 'privacy',
  rights: privacyRights,
  commands: privacyCommands,
  events: privacyEvents,
  topics: [
    {
      kind: 'org/*/privacy',
      summary:
        'What was asked about people’s data, what must not be erased, and what patients without an account agreed to',
      state: privacySchema,
      views: [{ name: 'operational', right: 'privacy.administer' }],
      evolve: evolveOf(privacySchema, evolvePrivacy),
      beginning: (later) => ({ ...privacySchema.parse(later), requests: {}, holds: {}, consents: {} }),
    },
    {
      kind: 'user/*/privacy',
      summary: 'What one person agreed to, and asked about their own data',
      state: ownPrivacySchema,
      views: [{ name: 'own', right: 'privacy.own' }],
      evolve: evolveOf(ownPrivacySchema, evolveOwnPrivacy),
      beginning: (later) => ({ ...ownPrivacySchema.parse(later), consents: {}, requests: {} }),
    },
  ],
});
