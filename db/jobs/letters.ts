import { z } from 'zod';
import type { Database, Queries } from '../connect.ts';
import { atLeisureInOrganisation } from '../transaction.ts';
import { letterLanguages } from './post-queue.ts';

const letterSchema = z.object({
  letter: z.string(),
  language: z.enum(letterLanguages),
  channel: z.enum(['email', 'phone']),
  about: z.string(),
});
const waitingSchema = letterSchema.extend({ address: z.string() });
/** A letter that is to be sent. */
export type WaitingLetter = z.infer<typeof waitingSchema>;

const endedSchema = letterSchema.extend({ status: z.enum(['sent', 'failed', 'unwanted']) });
/** A letter that has reached its end. */
export type EndedLetter = z.infer<typeof endedSchema>;

/** Why a letter was given up: words of ours, never those of another server. */
export type LetterFault = 'refused' | 'unreachable' | 'not_configured' | 'rejected' | 'lost';

/** How a letter ended. */
export type LetterEnd =
  | { readonly status: 'sent' | 'unwanted' }
  | { readonly status: 'failed'; readonly why: LetterFault };

export type Taken<Written> =
  | { readonly waits: true; readonly letter: WaitingLetter; readonly written: Written }
  | { readonly waits: false; readonly letter: EndedLetter };

/**
 * Takes a letter that waits, counts the attempt, and has `write` make what it says, in one transaction: what the letter
 * promises is kept before it goes out. One that has ended is given as it stands; undefined where there is none.
 */
export async function takeLetter<Written>(
  app: Database,
  org: string,
  id: string,
  write: (letter: WaitingLetter, sql: Queries) => Promise<Written>,
): Promise<Taken<Written> | undefined> {
  return atLeisureInOrganisation(app, org, async (connection) => {
    const rows = await connection`
      update carewall.post set attempts = attempts + 1 where org_id = ${org} and id = ${id} and status = 'waiting'
      returning letter, language, channel, address, about`;
    const [letter] = z.array(waitingSchema).parse(rows);
    if (letter !== undefined) return { waits: true, letter, written: await write(letter, connection) };
    const ended = await connection`
      select letter, language, channel, about, status from carewall.post where org_id = ${org} and id = ${id}`;
    const [one] = z.array(endedSchema).parse(ended);
    return one && { waits: false, letter: one };
  });
}

/** Writes down how a letter ended, and erases the address. Gives whether it had not ended before. */
export async function endLetter(app: Database, org: string, id: string, end: LetterEnd): Promise<boolean> {
  return atLeisureInOrganisation(app, org, async (connection) => {
    const { count } = await connection`
      update carewall.post set status = ${end.status}, why = ${'why' in end ? end.why : null}, address = null,
        ended_at = clock_timestamp()
      where org_id = ${org} and id = ${id} and status = 'waiting'`;
    return count === 1;
  });
}

/** How many letters wait, and how many were given up in the last month. */
export async function countLetters(relay: Database): Promise<{ waiting: number; failed: number }> {
  const [row] = await relay`
    select count(*) filter (where status = 'waiting') as waiting, count(*) filter (where status = 'failed') as failed
    from carewall.post where status in ('waiting', 'failed')`;
  return z.object({ waiting: z.number(), failed: z.number() }).parse(row);
}

/** Deletes letters that ended a month ago, and gives up those that nobody has tried for three days: a node died with the last try. */
export async function upkeepLetters(relay: Database): Promise<void> {
  await relay`
    update carewall.post set status = 'failed', why = 'lost', address = null, ended_at = clock_timestamp()
    where status = 'waiting' and created_at < clock_timestamp() - interval '3 days'`;
  await relay`delete from carewall.post where ended_at < clock_timestamp() - interval '30 days'`;
}
