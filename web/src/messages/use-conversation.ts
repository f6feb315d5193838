import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { ConversationState } from '#domain/conversations/schema.ts';
import type { Refusal } from '#domain/errors.ts';
import type { Translate } from '../language/catalogue.ts';
import { useTimes } from '../language/use-times.ts';
import { useStore } from '../live/hooks.ts';
import type { SignedIn, TopicReading } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { useFacilities } from '../places/use-facilities.ts';
import { outboxOf, type Written } from './outbox.ts';
import { lastFromOthers, messagesOf, othersOf } from './thread-items.ts';

export type Conversing = TopicReading<ConversationState>;

/** Who is signed in. The pages stand behind the sign-in, so somebody is. */
export function useMe(): SignedIn {
  const who = useStore(useLive().session);
  if (typeof who === 'string') throw new Error('nobody is signed in');
  return who;
}

/** What this person has written in a conversation, and not yet seen there. */
export function useWritten(conversation: string): Written {
  const live = useLive();
  const store = useMemo(() => outboxOf(live).of(conversation), [live, conversation]);
  return useStore(store);
}

/** Times in the zone of the facilities, where they share one; otherwise in that of the device. */
export function useMessageTimes() {
  const facilities = useFacilities();
  const zones = new Set(
    facilities === 'loading' || 'error' in facilities ? [] : facilities.map(({ zone }) => zone),
  );
  return useTimes(zones.size === 1 ? [...zones][0] : undefined);
}

/** Whether anybody can be looking at this page. */
export function usePageVisible(): boolean {
  return useSyncExternalStore(onVisibility, () => document.visibilityState === 'visible');
}

function onVisibility(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}

/** What a conversation is called: its title, or who else is in it. Nobody but oneself: it says so. */
export function titleOf(t: Translate, state: ConversationState | undefined, me: string): string {
  if (state === undefined) return t('messages.untitled');
  const { title } = state.conversation;
  if (title !== undefined) return title;
  return othersOf(state, me).join(', ') || t('messages.between');
}

/**
 * Tells the others how far one has come: delivered with whatever this page has while somebody can look at it, read only
 * while it is in front of them.
 */
export function useReceipts(reading: Conversing, me: string, inFront: boolean): void {
  const live = useLive();
  const visible = usePageVisible();
  const told = useRef({ 'message.mark-delivered': 0, 'message.mark-read': 0 });
  const { state } = reading;
  useEffect(() => {
    const member = state?.members[me];
    if (state === undefined || member === undefined || !visible) return;
    const last = lastFromOthers(messagesOf(state), me);
    if (last === undefined || last.number <= member.joinedAfter) return;
    const type = inFront ? 'message.mark-read' : 'message.mark-delivered';
    const known = Math.max(told.current[type], inFront ? member.readUpTo : member.deliveredUpTo);
    if (last.number <= known) return;
    told.current[type] = last.number;
    void live
      .send({ type, data: { conversation: state.conversation.id, message: last.id } })
      .then((answer) => {
        // It was not heard: it is said again with the next message.
        if (!answer.ok && told.current[type] === last.number) told.current[type] = 0;
      });
  }, [state, me, visible, inFront, live]);
}

/** Why something was refused, to be put behind a colon. */
export function refusalText(t: Translate, { code }: Refusal): string {
  switch (code) {
    case 'conflict':
      return t('messages.refused-conflict');
    case 'forbidden':
    case 'step_up':
      return t('messages.refused-forbidden');
    case 'not_found':
      return t('messages.refused-not_found');
    case 'invalid':
    case 'too_large':
      return t('messages.refused-invalid');
    case 'rate_limited':
      return t('messages.refused-limited');
    case 'unauthenticated':
      return t('messages.refused-signed-out');
    case 'unavailable':
    case 'gone':
      return t('messages.refused-unavailable');
    default:
      return code satisfies never;
  }
}
