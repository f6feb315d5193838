import { z } from 'zod';
import type { Database } from './connect.ts';

/**
 * Makes the coming months' partitions of the log, drops the months that are older than is kept, and forgets answers
 * and rights entries that nobody can ask for any more, and visits of which nothing is heard. Gives the names of the months dropped. Several nodes may do so
 * at once.
 */
export async function upkeepHistory(relay: Database, keepDays: number): Promise<string[]> {
  await relay`select carewall.ensure_event_partitions()`;
  const rows = await relay`select carewall.drop_old_events(${keepDays}) as dropped`;
  // Each policy lets this role touch what is old enough, and nothing else.
  await relay`delete from carewall.commands where at < clock_timestamp() - interval '9 days'`;
  await relay`delete from carewall.rights_log where at < clock_timestamp() - interval '1 day'`;
  await relay`delete from carewall.visits where at < clock_timestamp() - interval '90 days'`;
  return z.array(z.object({ dropped: z.array(z.string()) })).parse(rows)[0]?.dropped ?? [];
}
