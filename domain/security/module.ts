import { defineModule, evolveOf } from '../module.ts';
import { securityRights } from './access.ts';
import { securityCommands } from './commands.ts';
import { securityEvents } from './events.ts';
import { evolveSecurity } from './evolve.ts';
import { securitySchema } from './schema.ts';

/** What the audit tells of that somebody must look at, and what people do about it. */
export const securityModule = defineModule({
  name: 'security',
  rights: securityRights,
  commands: securityCommands,
  events: securityEvents,
  topics: [
    {
      kind: 'org/*/security',
      summary: 'Security alerts of an organisation, and its incidents',
      state: securitySchema,
      views: [{ name: 'full', right: 'security.read' }],
      evolve: evolveOf(securitySchema, evolveSecurity),
      beginning: (later) => ({ ...securitySchema.parse(later), alerts: {}, incidents: {} }),
    },
  ],
});
