import type { ConversationState, Member, Message } from '#domain/conversations/schema.ts';
import { millis } from '#domain/instant.ts';

/** A line of a thread: where a day begins, or a message; the first of several by one person names them. */
export type ThreadItem =
  | { readonly kind: 'day'; readonly day: string }
  | { readonly kind: 'message'; readonly message: Message; readonly first: boolean };

/** After so long somebody who goes on is named again. */
const pauseMs = 5 * 60_000;

/** The messages in their order. */
export function messagesOf({ messages }: Pick<ConversationState, 'messages'>): Message[] {
  return Object.values(messages).sort((a, b) => a.number - b.number);
}

/** The messages as they are read: by day in a zone, and by who goes on speaking. */
export function threadItems(messages: readonly Message[], zone: string): ThreadItem[] {
  const dayOf = dayIn(zone);
  const items: ThreadItem[] = [];
  let last: Message | undefined;
  let lastDay: string | undefined;
  for (const message of messages) {
    const day = dayOf(millis(message.sentAt));
    if (day !== lastDay) items.push({ kind: 'day', day });
    const goesOn =
      last !== undefined &&
      day === lastDay &&
      last.author.id === message.author.id &&
      millis(message.sentAt) - millis(last.sentAt) < pauseMs;
    items.push({ kind: 'message', message, first: !goesOn });
    last = message;
    lastDay = day;
  }
  return items;
}

/** The date in a zone, as `2026-11-21`. */
export function dayIn(zone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (ms) => format.format(ms);
}

/** How far a message has come with those it was for. */
export interface Receipt {
  readonly status: 'sent' | 'delivered' | 'read';
  /** How many of `all` it has come so far with; of `sent` none. */
  readonly count: number;
  readonly all: number;
}

/** How far a message has come. Whoever came later was not meant. */
export function receiptOf(message: Message, members: Readonly<Record<string, Member>>): Receipt {
  const others = Object.values(members).filter(
    ({ id, joinedAfter }) => id !== message.author.id && joinedAfter < message.number,
  );
  const all = others.length;
  const read = others.filter(({ readUpTo }) => readUpTo >= message.number).length;
  if (read > 0) return { status: 'read', count: read, all };
  const delivered = others.filter(({ deliveredUpTo }) => deliveredUpTo >= message.number).length;
  return { status: delivered > 0 ? 'delivered' : 'sent', count: delivered, all };
}

/** The last message of somebody else's: what one's receipts are about. */
export function lastFromOthers(messages: readonly Message[], me: string): Message | undefined {
  return messages.findLast(({ author }) => author.id !== me);
}

/** The names of those who are in it besides oneself. */
export function othersOf({ members }: Pick<ConversationState, 'members'>, me: string): string[] {
  return Object.values(members)
    .filter(({ id }) => id !== me)
    .map(({ name }) => name)
    .sort((a, b) => a.localeCompare(b));
}
