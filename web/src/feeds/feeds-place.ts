import type { TopicList } from '#domain/protocol.ts';

/** Where the sources are that a person may see. */
export interface FeedsPlace {
  readonly topic: string;
  /** The ids of the places from the organisation down. */
  readonly path: readonly string[];
  readonly organisation: string;
}

/** The sources among what a person may see, if they are. */
export function feedsPlace(topics: TopicList['topics']): FeedsPlace | undefined {
  const found = topics.find(({ topic }) => /^org\/[^/]+\/feeds$/.test(topic));
  return found && { topic: found.topic, organisation: found.name, path: found.path.map(({ id }) => id) };
}
