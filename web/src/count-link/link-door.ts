import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { levelOfCareSchema } from '#domain/network/levels.ts';

const countSchema = z.object({
  level: levelOfCareSchema,
  version: z.int(),
  capacity: z.int(),
  available: z.int().optional(),
  asOf: z.string(),
  lapsed: z.boolean(),
});
/** A level of care as somebody last said. */
export type LastCount = z.infer<typeof countSchema>;

const openedSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('open'),
    facility: z.string(),
    zone: z.string(),
    validUntil: z.string(),
    levels: z.array(countSchema),
  }),
  z.object({
    state: z.enum(['submitted', 'expired', 'withdrawn']),
    facility: z.string(),
    zone: z.string(),
    at: z.string(),
  }),
]);
/** What a link comes to when it is looked at. */
export type Opened = z.infer<typeof openedSchema>;

/** What somebody answers for one level. */
export interface Answered {
  readonly level: LastCount['level'];
  readonly version: number;
  readonly available: number;
}

export type Sent = 'saved' | 'conflict' | 'gone' | 'invalid' | 'too-many' | 'no-answer';

/** Looks at what a link asks. Nothing is used up by it. */
export async function openLink(token: string): Promise<Opened | 'unknown' | 'too-many' | 'no-answer'> {
  const response = await post('open', { token });
  if (response?.status === 404) return 'unknown';
  if (response?.status === 429) return 'too-many';
  if (response?.ok !== true) return 'no-answer';
  const opened = openedSchema.safeParse(await response.json().catch(() => undefined));
  return opened.success ? opened.data : 'no-answer';
}

/** Sends answers through a link. The same again, after an answer was lost, is the same to the server. */
export function createLinkSender(token: string): (levels: readonly Answered[]) => Promise<Sent> {
  let last = { said: '', id: '' };
  return async (levels) => {
    const said = JSON.stringify(levels);
    if (last.said !== said) last = { said, id: uuidv7() };
    const response = await post('submit', { token, id: last.id, levels });
    if (response === undefined || response.status >= 500) return 'no-answer';
    if (response.ok) return 'saved';
    if (response.status === 409) {
      // Refused for good under this id; what comes next is another answer.
      last = { said: '', id: '' };
      return 'conflict';
    }
    if (response.status === 429) return 'too-many';
    return response.status === 410 || response.status === 404 ? 'gone' : 'invalid';
  };
}

async function post(what: 'open' | 'submit', body: unknown): Promise<Response | undefined> {
  try {
    return await fetch(`/api/v1/count-links/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
      // No sign-in of whoever owns this machine has to do with it.
      credentials: 'omit',
    });
  } catch {
    return undefined;
  }
}
