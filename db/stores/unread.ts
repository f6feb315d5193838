import { z } from 'zod';
import type { Instant } from '#domain/instant.ts';
import type { NewEvent } from '#domain/module.ts';
import { noteConversation, removeOwn } from '#domain/people/events.ts';
import { ownConversationSchema } from '#domain/people/own-conversation.ts';
import type { Projection } from '../store.ts';
import { peopleStore } from './people.ts';

const rowsSchema = z.array(
  z.object({
    conversation: z.string(),
    account: z.string(),
    /** What the person is shown now, if anything. */
    shown: ownConversationSchema.nullable(),
    /** Nothing for those who are not in it any more. */
    counted: z
      .object({
        unread: z.int(),
        unacknowledged: z.int(),
        lastAt: z.date().transform((at): Instant => at.toISOString()),
      })
      .nullable(),
  }),
);

/**
 * How much each member has not read, counted anew from the rows whenever something happens in a conversation. It is told
 * to one person at a time, on their own topic, and only where it is something else than before.
 */
export const unreadProjection: Projection = {
  name: 'conversations.unread',
  after: [
    'conversation.started',
    'conversation.member-added',
    'conversation.member-left',
    'message.sent',
    'message.retracted',
    'message.read',
    'message.acknowledged',
  ],
  async project({ org, connection }, topics, { now, by }) {
    const touched = topics.map((topic) => topic.split('/')[1] ?? '');
    const rows = await connection`
      with member as (
        select m.conversation, m.account, c.last_at, greatest(m.read_up_to, m.joined_after) as seen
        from carewall.conversation_members m
        join carewall.conversations c on c.org_id = m.org_id and c.id = m.conversation
        where m.org_id = ${org} and m.conversation = any(${touched}::text[])
      ), shown as (
        select id as conversation, account, entity from carewall.person_items
        where org_id = ${org} and kind = 'conversation' and id = any(${touched}::text[])
      )
      select conversation, account, s.entity as shown, m.last_at,
        (select count(*) from carewall.messages x
          where x.org_id = ${org} and x.conversation = m.conversation and x.number > m.seen
            and x.author <> m.account and not x.retracted) as unread,
        (select count(*) from carewall.messages x
          where x.org_id = ${org} and x.conversation = m.conversation and x.awaiting <> '{}'
            and m.account = any(x.awaiting)) as unacknowledged
      from member m full join shown s using (conversation, account)
      order by account, conversation`;
    const counted = rowsSchema.parse(
      rows.map(({ conversation, account, shown, last_at: lastAt, unread, unacknowledged }) => ({
        conversation,
        account,
        shown,
        counted: lastAt === null ? null : { unread, unacknowledged, lastAt },
      })),
    );
    const events: NewEvent[] = counted.flatMap(({ conversation, account, shown, counted: is }) => {
      if (is === null) return [removeOwn(account, 'conversation', conversation)];
      const same =
        shown?.unread === is.unread &&
        shown.unacknowledged === is.unacknowledged &&
        shown.lastAt === is.lastAt;
      if (same) return [];
      const item = { id: conversation, ...is, version: (shown?.version ?? 0) + 1, asOf: now, source: by };
      return [noteConversation(account, item)];
    });
    return { events, writes: peopleStore.project(events) };
  },
};
