import type { TopicEvent } from '../module.ts';
import { withChanges } from '../network/changes.ts';
import { changeSchemas, itemKindOf, profileChangedSchema } from './events.ts';
import { type OwnProfile, type People, peopleSchema } from './schema.ts';
import { isListed } from './telling.ts';

/** A list of people after an event of its topic. What has ended is in it no longer. */
export function evolvePeople(state: People, { type, data }: TopicEvent): People {
  const kind = itemKindOf(type);
  if (kind === undefined) return state;
  const { id, to } = changeSchemas[kind].parse(data);
  const change = to !== undefined && isListed(to) ? { to } : {};
  return { ...state, [kind]: withChanges<unknown>(state[kind], { [id]: change }) };
}

/** A list of people with nobody in it. */
export function nobody(later: unknown): People {
  const { place } = peopleSchema.parse(later);
  return { place, account: {}, invitation: {}, request: {}, key: {}, domain: {} };
}

/** One's own profile after an event of its topic. */
export function evolveProfile(state: OwnProfile, { type, data }: TopicEvent): OwnProfile {
  if (type !== 'profile.changed') return state;
  const { to } = profileChangedSchema.parse(data);
  return { id: state.id, ...(to === undefined ? {} : { profile: to }) };
}
