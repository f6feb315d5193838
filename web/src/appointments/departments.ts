import { useMemo } from 'react';
import type { Refusal } from '#domain/errors.ts';
import type { TopicList } from '#domain/protocol.ts';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';

/** A department whose appointments one may see. */
export interface DepartmentPlace {
  readonly id: string;
  readonly name: string;
  readonly facility: string;
  /** From the organisation down to the department. */
  readonly path: TopicList['topics'][number]['path'];
  readonly topic: string;
}

const byName = new Intl.Collator(undefined, { numeric: true });

/** The departments among the topics that one may see, in the order of their facilities and names. */
export function departmentsOf(topics: TopicList['topics']): DepartmentPlace[] {
  return topics
    .flatMap(({ topic, name, path }) => {
      const id = /^department\/([^/]+)\/appointments$/.exec(topic)?.[1];
      if (id === undefined) return [];
      const facility = path.find(({ kind }) => kind === 'facility') ?? path[0];
      return [{ id, name, facility: facility?.name ?? '', path, topic }];
    })
    .sort((a, b) => byName.compare(a.facility, b.facility) || byName.compare(a.name, b.name));
}

/** The departments whose appointments the signed-in person may see, read anew whenever that changes. */
export function useDepartments(): readonly DepartmentPlace[] | 'loading' | { readonly error: Refusal } {
  const topics = useStore(useLive().topics);
  return useMemo(
    () => (topics === 'loading' || 'error' in topics ? topics : departmentsOf(topics)),
    [topics],
  );
}
