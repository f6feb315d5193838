import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';

/** A conversation as one of its members has it: how much of it they have not read. Never what was said. */
export const ownConversationSchema = z.object({
  id: idSchema,
  unread: z.int().min(0),
  /** Urgent messages that wait for this member's acknowledgement. */
  unacknowledged: z.int().min(0),
  lastAt: instantSchema,
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type OwnConversation = z.infer<typeof ownConversationSchema>;
