import type { TopicList } from '#domain/protocol.ts';
import type { SignedIn } from '../live/live.ts';

/** Where the one board is that a wall shows, by what the server lets it see; undefined where that is nothing. */
export function boardOfWall(
  { grants }: Pick<SignedIn, 'grants'>,
  topics: TopicList['topics'],
): string | undefined {
  if (topics.some(({ topic }) => topic === 'network/availability')) return '/network';
  const place = grants.find(({ role }) => role === 'display')?.place;
  const kind = topics.flatMap(({ path }) => path).find(({ id }) => id === place)?.kind;
  if (kind === 'facility') return `/wall/${place}`;
  return kind === 'unit' ? `/units/${place}/beds` : undefined;
}
