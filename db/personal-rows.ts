import { z } from 'zod';
import type { Queries } from './connect.ts';

/** A table that holds rows of organisations, with what a search for a person needs to know of it. */
export interface PersonalTable {
  readonly name: string;
  readonly json: readonly string[];
  readonly text: readonly string[];
  /** Whether its rows belong to an account, and go with it. */
  readonly ofAccount: boolean;
}

const tablesSchema = z.array(
  z.object({
    name: z.string(),
    json: z.array(z.string()),
    text: z.array(z.string()),
    ofAccount: z.boolean(),
  }),
);

/** Records that stay when an account goes: what was said to others, and what concerns others too. */
const stayBehind = ['conversation_members', 'person_items'];

/**
 * Every table of an organisation's rows, the audit apart, read from the schema: a table that is added later is among them
 * by itself.
 */
export async function personalTables(sql: Queries): Promise<PersonalTable[]> {
  return tablesSchema.parse(
    await sql`
      select c.relname as name,
        coalesce(array_agg(a.attname order by a.attnum) filter (where a.atttypid = 'jsonb'::regtype), '{}') as json,
        coalesce(array_agg(a.attname order by a.attnum) filter (
          where a.atttypid = 'text'::regtype and a.attgenerated = '' and a.attname <> 'org_id'), '{}') as text,
        exists (
          select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f'
            and k.confrelid = 'carewall.accounts'::regclass
        ) and c.relname <> all(${stayBehind}) as "ofAccount"
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'carewall'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and c.relname !~ '^audit'
        and exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = 'org_id' and not o.attisdropped)
      group by c.oid, c.relname order by c.relname`,
  );
}
