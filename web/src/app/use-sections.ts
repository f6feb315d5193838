import { useMemo } from 'react';
import type { User } from '#domain/people/schema.ts';
import { useStore, useTopic } from '../live/hooks.ts';
import type { SignedIn } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { type Section, type Seen, sections } from './sections.ts';

/** The parts of the application with something for whoever is signed in, and what that was decided by. */
export function useSections(who: SignedIn): { seen: Seen; own: readonly Section[] } {
  const listed = useStore(useLive().topics);
  const { state } = useTopic<User>(`user/${who.id}`);
  return useMemo(() => {
    const topics = listed === 'loading' || 'error' in listed ? [] : listed;
    const seen = { who, topics, own: state };
    return { seen, own: sections.filter(({ isFor }) => isFor(seen)) };
  }, [who, listed, state]);
}
