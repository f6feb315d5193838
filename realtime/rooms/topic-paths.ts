import type { Database } from '#db/connect.ts';
import type { TopicKey } from '#db/event-log.ts';
import { topicPath } from '#db/topics.ts';

/** The places above a topic, from the network down; undefined where there is no such topic. */
export type PathOf = (key: TopicKey) => Promise<readonly string[] | undefined>;

/** Where a topic stands never changes: it is read once, however many ask at the same time. */
export function createTopicPaths(sql: Database): PathOf {
  const paths = new Map<string, Promise<readonly string[] | undefined>>();
  return (key) => {
    const name = `${key.org}:${key.topic}`;
    const known = paths.get(name);
    if (known !== undefined) return known;
    const reading = topicPath(sql, key);
    paths.set(name, reading);
    // What failed, or is not there yet, is asked again.
    reading.then(
      (path) => path ?? paths.delete(name),
      () => paths.delete(name),
    );
    return reading;
  };
}
