import { z } from 'zod';
import type { Grant } from '#domain/identity/principal.ts';
import { roles } from '#domain/identity/roles.ts';
import { mayAct } from '#domain/modules.ts';
import { type Person, personSchema } from '#domain/people/schema.ts';
import type { Source } from '#domain/source.ts';
import type { Queries } from './connect.ts';
import { toJson } from './json.ts';

const provisioning: Source = { kind: 'system', id: 'provisioning', name: 'Provisioning' };
const listedSchema = z.array(z.object({ version: z.int() }));
const momentSchema = z.array(z.object({ now: z.date() })).length(1);

/**
 * Lists an account in the directory of its organisation with the roles it has now, and tells those who look at it. The
 * directory is of those who may look into it: not of patients and payers.
 */
export async function listPerson(
  sql: Queries,
  { id, org, name, grants }: { id: string; org: string; name: string; grants: readonly Grant[] },
): Promise<void> {
  const rows = await sql`
    select version from carewall.person_items
    where org_id = ${org} and account = ${id} and kind = 'directory' for update`;
  const [listed] = listedSchema.parse(rows);
  const held = roles.filter((role) => grants.some((grant) => grant.role === role));
  const belongs = held.some((role) => mayAct([{ role, place: org }], 'directory.read', [org]));
  if (listed === undefined && !belongs) return;
  const [moment] = momentSchema.parse(await sql`select clock_timestamp() as now`);
  const person: Person = personSchema.parse({
    id,
    name,
    roles: held,
    version: (listed?.version ?? 0) + 1,
    asOf: moment?.now.toISOString(),
    source: provisioning,
  });
  await sql`
    insert into carewall.person_items (org_id, account, kind, id, version, entity)
      values (${org}, ${id}, 'directory', ${id}, ${person.version}, ${sql.json(toJson(person))})
      on conflict (org_id, account, kind, id) do update
        set version = excluded.version, entity = excluded.entity`;
  const event = { topic: `org/${org}/directory`, type: 'directory.person-listed', data: { person } };
  await sql`select carewall.append_events(${org}, ${sql.json(toJson(provisioning))}, ${sql.json(toJson([event]))})`;
}
