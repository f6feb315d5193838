import type { TopicList } from '#domain/protocol.ts';

/** The topic of an organisation's privacy among what a person may see, if it is. */
export function privacyTopic(topics: TopicList['topics']): string | undefined {
  return topics.find(({ topic }) => /^org\/[^/]+\/privacy$/.test(topic))?.topic;
}
