import { type Refusal, refuse } from '#domain/errors.ts';
import { type TopicList, topicListSchema } from '#domain/protocol.ts';
import { refusalOf } from './session.ts';

/** Reads every page of what the person may see. */
export async function readTopicList(
  get: (path: string) => Promise<Response | undefined>,
): Promise<TopicList['topics'] | { readonly error: Refusal }> {
  const topics: TopicList['topics'] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const response = await get(`/api/v1/topics${query}`);
    if (response === undefined) return { error: refuse('unavailable', 'the server cannot be reached') };
    if (!response.ok) return { error: await refusalOf(response) };
    const page = topicListSchema.safeParse(await response.json().catch(() => undefined));
    if (!page.success) return { error: refuse('unavailable', 'the server did not answer as it should') };
    topics.push(...page.data.topics);
    cursor = page.data.next;
  } while (cursor !== undefined);
  return topics;
}
