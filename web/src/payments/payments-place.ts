import type { TopicList } from '#domain/protocol.ts';

/** Where the payments are that a person may see. */
export interface PaymentsPlace {
  readonly topic: string;
  /** The ids of the places from the organisation down. */
  readonly path: readonly string[];
  readonly organisation: string;
}

/** The payments among what a person may see, if they are. */
export function paymentsPlace(topics: TopicList['topics']): PaymentsPlace | undefined {
  const found = topics.find(({ topic }) => /^org\/[^/]+\/payments$/.test(topic));
  return found && { topic: found.topic, organisation: found.name, path: found.path.map(({ id }) => id) };
}
