import type { Holder } from '../identity/roles.ts';
import { peopleRights } from '../people/access.ts';

/** Who may begin a conversation: everybody of the directory. What is inside one is for those who are in it. */
export const conversationRights = {
  'conversations.start': peopleRights['directory.read'],
  'conversations.take-part': ['member'],
  // Also of those who have left: the same command again gets the first answer, which asks for a right that still is.
  'conversations.leave': ['member', ...peopleRights['directory.read']],
} as const satisfies Record<string, readonly Holder[]>;
export type ConversationRight = keyof typeof conversationRights;
