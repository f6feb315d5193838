import { defineModule, evolveOf } from '../module.ts';
import { conversationRights } from './access.ts';
import { conversationCommands } from './commands.ts';
import { conversationEvents } from './events.ts';
import { evolveConversation } from './evolve.ts';
import { conversationStateSchema } from './schema.ts';
import { conversationSignals } from './signals.ts';

/** People of the directory writing to each other: what they say, and how far each has heard it. */
export const conversationsModule = defineModule({
  name: 'conversations',
  rights: conversationRights,
  commands: conversationCommands,
  events: conversationEvents,
  signals: conversationSignals,
  topics: [
    {
      kind: 'conversation/*',
      summary: 'Who is in a conversation, and its latest messages',
      state: conversationStateSchema,
      views: [{ name: 'clinical', right: 'conversations.take-part' }],
      evolve: evolveOf(conversationStateSchema, evolveConversation),
      // Its first event holds all there is at its beginning.
      beginning: (later) => ({ ...conversationStateSchema.parse(later), members: {}, messages: {} }),
    },
  ],
});
