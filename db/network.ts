import { z } from 'zod';
import { modules } from '#domain/modules.ts';
import type { Place } from '#domain/protocol.ts';
import type { Database } from './connect.ts';
import { inOrganisation } from './transaction.ts';

/** A place to make below another. */
export interface NewPlace {
  readonly id: string;
  readonly kind: Exclude<Place['kind'], 'organisation'>;
  readonly name: string;
  readonly parent: string;
  /** The HL7 code of a facility or a unit. */
  readonly code?: string;
  /** The IANA zone of a facility. */
  readonly timezone?: string;
}

/** Makes an organisation and the place at the top of its tree, unless it is there. Uses the sign-in role. */
export async function createOrganisation(
  sqlIdentity: Database,
  { id, name }: { id: string; name: string },
): Promise<void> {
  await sqlIdentity.begin(async (transaction) => {
    await transaction`insert into carewall.organisations (id, name) values (${id}, ${name}) on conflict do nothing`;
    await transaction`
      insert into carewall.places (org_id, id, kind, name, path) values (${id}, ${id}, 'organisation', ${name}, ${[id]})
      on conflict do nothing`;
  });
}

/** Makes a place and the topics that every place of its kind has, unless it is there. Raises an Error without its parent. */
export async function createPlace(sqlApp: Database, org: string, place: NewPlace): Promise<void> {
  const topics = modules
    .flatMap((module) => module.topics)
    .filter(({ kind }) => kind.startsWith(`${place.kind}/*/`))
    .map(({ kind }) => kind.replace('*', place.id));
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
            connection`
              insert into carewall.topics (org_id, topic, name, place)
              select ${org}, topic, ${place.name}, ${place.id} from unnest(${topics}::text[]) as t(topic)
              on conflict do nothing`.execute(),
          ]),
      };
    },
  );
}
