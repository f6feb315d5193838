import type { TopicList } from '#domain/protocol.ts';

/** Where an organisation's security is told of, for those who may look. */
export interface SecurityPlace {
  readonly topic: string;
  /** The ids of the places from the organisation down. */
  readonly path: readonly string[];
  readonly organisation: string;
}

/** The security of the organisation among what a person may see, if it is. */
export function securityPlace(topics: TopicList['topics']): SecurityPlace | undefined {
  const found = topics.find(({ topic }) => /^org\/[^/]+\/security$/.test(topic));
  return found && { topic: found.topic, organisation: found.name, path: found.path.map(({ id }) => id) };
}
