import type { TopicList } from '#domain/protocol.ts';

/** A list of people that somebody administers. */
export interface PeoplePlace {
  readonly topic: string;
  readonly id: string;
  readonly name: string;
}

/** The lists among what a person may see: that of the organisation, or those of facilities. */
export function peoplePlaces(topics: TopicList['topics']): PeoplePlace[] {
  const found = topics.flatMap(({ topic, name }) => {
    const id = /^(?:org|facility)\/([^/]+)\/people$/.exec(topic)?.[1];
    return id === undefined ? [] : [{ topic, id, name }];
  });
  // Whoever has the organisation's has all of them in it.
  const whole = found.filter(({ topic }) => topic.startsWith('org/'));
  return whole.length > 0 ? whole : found;
}
