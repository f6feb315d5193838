import type { Refusal } from '#domain/errors.ts';
import {
  acknowledgementOf,
  clientMessages,
  type Position,
  type Snapshot,
  type Subscribed,
} from '#domain/protocol.ts';

/** What a subscription is asked of. */
export interface TopicDoor {
  /** Sends a message and gives its acknowledgement; rejects where none comes. */
  readonly ask: (name: 'subscribe' | 'unsubscribe', payload: unknown) => Promise<unknown>;
  readonly fetchSnapshot: (path: string) => Promise<Snapshot | Refusal>;
}

/** What came of asking for a topic. */
export type Outcome =
  | { readonly came: 'answer'; readonly answer: Subscribed }
  /** Too large for the socket: a snapshot, after which to subscribe. */
  | { readonly came: 'snapshot'; readonly snapshot: Snapshot }
  /** There is no such topic for this person. */
  | { readonly came: 'no' }
  /** Nothing that says how it is: ask again later. */
  | { readonly came: 'nothing' };

const answerSchema = acknowledgementOf(clientMessages.subscribe.answer);
const nothing: Outcome = { came: 'nothing' };

/** Asks for a topic, after what is held of it. Never rejects. */
export async function askForTopic(
  { ask, fetchSnapshot }: TopicDoor,
  topic: string,
  after: Position | undefined,
  isWanted: () => boolean,
): Promise<Outcome> {
  try {
    const parsed = answerSchema.safeParse(
      await ask('subscribe', { topic, ...(after === undefined ? {} : { after }) }),
    );
    if (!parsed.success) return nothing;
    if (!parsed.data.ok) return refused(parsed.data.error);
    if (!('fetch' in parsed.data)) return { came: 'answer', answer: parsed.data };
    if (!isWanted()) return nothing;
    const snapshot = await fetchSnapshot(parsed.data.fetch);
    if ('code' in snapshot) return refused(snapshot);
    return snapshot.topic === topic ? { came: 'snapshot', snapshot } : nothing;
  } catch {
    return nothing;
  }
}

function refused({ code }: Refusal): Outcome {
  return code === 'not_found' || code === 'forbidden' ? { came: 'no' } : nothing;
}
