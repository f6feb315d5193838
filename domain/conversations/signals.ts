import { z } from 'zod';
import type { SignalDefinition } from '../module.ts';

const topic = 'conversation/*';
const nothing = z.strictObject({});

/** How long a signal holds without being said again. */
export const typingMs = 6_000;
export const presentMs = 25_000;

/** What people in a conversation tell each other that nobody keeps. */
export const conversationSignals: readonly SignalDefinition[] = [
  { type: 'conversation.typing', summary: 'Somebody is writing', topic, data: nothing, example: {} },
  {
    type: 'conversation.present',
    summary: 'Somebody has the conversation in front of them',
    topic,
    data: nothing,
    example: {},
  },
];
