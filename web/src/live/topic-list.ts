import { type Refusal, refuse } from '#domain/errors.ts';
import { type TopicList, topicListSchema } from '#domain/protocol.ts';
import { knownKinds } from './contexts.ts';
import { refusalOf } from './session.ts';

type Get = (path: string) => Promise<Response | undefined>;
type Topics = TopicList['topics'];

const own = knownKinds.filter(({ toldBy }) => toldBy === undefined).map(({ kind }) => kind);
const told = knownKinds.filter(({ toldBy }) => toldBy !== undefined);
/** As many as one answer may hold. */
const pageSize = 1000;

/**
 * Reads what the person may see. Of topics that another topic tells of as a whole, those who see that one get a first
 * page alone: in a country there are thousands, and which there are is in the state of that topic.
 */
export async function readTopicList(get: Get): Promise<Topics | { readonly error: Refusal }> {
  const listed = await readKinds(get, own, 'all');
  if ('error' in listed) return listed;
  const names = new Set(listed.map(({ topic }) => topic));
  const isTold = (toldBy: string | undefined) => toldBy !== undefined && names.has(toldBy);
  const some = told.filter(({ toldBy }) => isTold(toldBy)).map(({ kind }) => kind);
  const every = told.filter(({ toldBy }) => !isTold(toldBy)).map(({ kind }) => kind);
  const parts = await Promise.all([readKinds(get, some, 'first page'), readKinds(get, every, 'all')]);
  const topics = [...listed];
  for (const part of parts) {
    if ('error' in part) return part;
    topics.push(...part);
  }
  return topics;
}

async function readKinds(
  get: Get,
  kinds: readonly string[],
  much: 'all' | 'first page',
): Promise<Topics | { readonly error: Refusal }> {
  const topics: Topics = [];
  if (kinds.length === 0) return topics;
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ kinds: kinds.join(','), limit: String(pageSize) });
    if (cursor !== undefined) query.set('cursor', cursor);
    const response = await get(`/api/v1/topics?${query}`);
    if (response === undefined) return { error: refuse('unavailable', 'the server cannot be reached') };
    if (!response.ok) return { error: await refusalOf(response) };
    const page = topicListSchema.safeParse(await response.json().catch(() => undefined));
    if (!page.success) return { error: refuse('unavailable', 'the server did not answer as it should') };
    topics.push(...page.data.topics);
    cursor = page.data.next;
  } while (cursor !== undefined && much === 'all');
  return topics;
}
