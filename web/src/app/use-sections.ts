import { useMemo } from 'react';
import type { TopicList } from '#domain/protocol.ts';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { type Section, sections } from './sections.ts';

/** What the signed-in person may see, as far as it is known, and the parts of the application with something for them. */
export function useSections(): { topics: TopicList['topics']; own: readonly Section[] } {
  const listed = useStore(useLive().topics);
  return useMemo(() => {
    const topics = listed === 'loading' || 'error' in listed ? [] : listed;
    return { topics, own: sections.filter(({ isFor }) => isFor(topics)) };
  }, [listed]);
}
