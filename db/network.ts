import { z } from 'zod';
import { topicsOfPlace } from '#domain/modules.ts';
import type { Place } from '#domain/protocol.ts';
import type { Database, Queries } from './connect.ts';
import { inOrganisation } from './transaction.ts';

/** A place to make below another. */
export interface NewPlace {
  readonly id: string;
  readonly kind: 'region' | 'facility' | 'department' | 'unit';
  readonly name: string;
  readonly parent: string;
  /** The HL7 code of a facility or a unit. */
  readonly code?: string;
  /** The IANA zone of a facility. */
  readonly timezone?: string;
}

/** Makes an organisation, the place at the top of its tree and its topics, unless they are there. Uses the sign-in role. */
export async function createOrganisation(
  sqlIdentity: Database,
  { id, name }: { id: string; name: string },
): Promise<void> {
  await sqlIdentity.begin(async (transaction) => {
    await transaction`insert into carewall.organisations (id, name) values (${id}, ${name}) on conflict do nothing`;
    await transaction`
      insert into carewall.places (org_id, id, kind, name, path) values (${id}, ${id}, 'organisation', ${name}, ${[id]})
      on conflict do nothing`;
    await insertTopics(transaction, id, { kind: 'organisation', id, name });
  });
}

/** Makes the topics that a place has from its beginning, unless they are there. */
export async function insertTopics(
  sql: Queries,
  org: string,
  { kind, id, name }: Pick<Place, 'kind' | 'id' | 'name'>,
): Promise<void> {
  await sql`
    insert into carewall.topics (org_id, topic, name, place)
    select ${org}, topic, ${name}, ${id} from unnest(${topicsOfPlace({ kind, id })}::text[]) as t(topic)
    on conflict do nothing`.execute();
}

/** Makes a place and the topics that every place of its kind has, unless it is there. Raises an Error without its parent. */
export async function createPlace(sqlApp: Database, org: string, place: NewPlace): Promise<void> {
  await inOrganisation(
    sqlApp,
    org,
    (connection) =>
      connection`select path from carewall.places where org_id = ${org} and id = ${place.parent}`.execute(),
    async (rows) => {
      const [parent] = z.array(z.object({ path: z.array(z.string()) })).parse(rows);
      if (parent === undefined) throw new Error(`there is no place ${place.parent}`);
      return {
        commit: async (connection) =>
          Promise.all([
            connection`
              insert into carewall.places (org_id, id, kind, name, code, parent, path, timezone)
              values (${org}, ${place.id}, ${place.kind}, ${place.name}, ${place.code ?? null}, ${place.parent},
                ${[...parent.path, place.id]}, ${place.timezone ?? null})
              on conflict do nothing`.execute(),
            insertTopics(connection, org, place),
          ]),
      };
    },
  );
}
