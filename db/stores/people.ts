import { z } from 'zod';
import {
  isOwnNoted,
  kindOfNoted,
  ownNotedSchemas,
  ownRemovedSchema,
  personListedSchema,
} from '#domain/people/events.ts';
import { peopleModule } from '#domain/people/module.ts';
import {
  directorySchema,
  ownItems,
  ownKindSchema,
  type Person,
  personSchema,
  userSchema,
} from '#domain/people/schema.ts';
import type { ContextStore, StoreContext, Write } from '../store.ts';
import type { Tagged } from '../vault.ts';

/** What concerns one person: one row for each item. Other contexts say what is in them; no command does. */
export const peopleStore: ContextStore = {
  module: peopleModule,
  prepare(command) {
    throw new Error(`${command.type} is no command about people`);
  },
  project: (events) =>
    events.map(({ topic, type, data }): Write => {
      if (type === 'directory.person-listed') return listedWrite(personListedSchema.parse(data).person);
      const account = topic.split('/')[1] ?? '';
      if (!isOwnNoted(type)) {
        const { kind, id } = ownRemovedSchema.parse(data);
        return {
          schema: ownRemovedSchema,
          value: { kind, id },
          save: async ({ org, connection }) =>
            connection`
              delete from carewall.person_items
              where org_id = ${org} and account = ${account} and kind = ${kind} and id = ${id}`.execute(),
        };
      }
      const { item } = ownNotedSchemas[type].parse(data);
      const kind = kindOfNoted[type];
      return {
        schema: ownItems[kind],
        value: item,
        save: async ({ org, connection }, sealed) =>
          connection`
            insert into carewall.person_items (org_id, account, kind, id, version, entity)
            values (${org}, ${account}, ${kind}, ${item.id}, ${item.version}, ${connection.json(sealed)})
            on conflict (org_id, account, kind, id) do update
              set version = excluded.version, entity = excluded.entity`.execute(),
      };
    }),
  snapshot: (context, kind, id = '') =>
    kind === 'user/*' ? userSnapshot(context, id) : directorySnapshot(context, id),
};

/** Somebody as the directory lists them. */
function listedWrite(person: Person): Write {
  return {
    schema: personSchema,
    value: person,
    save: async ({ org, connection }, sealed) =>
      connection`
        insert into carewall.person_items (org_id, account, kind, id, version, entity)
        values (${org}, ${person.id}, 'directory', ${person.id}, ${person.version}, ${connection.json(sealed)})
        on conflict (org_id, account, kind, id) do update
          set version = excluded.version, entity = excluded.entity`.execute(),
  };
}

const namedSchema = z.array(z.object({ name: z.string() }));

async function userSnapshot({ org, connection }: StoreContext, id: string): Promise<Tagged | undefined> {
  const [people, rows] = await Promise.all([
    connection`select name from carewall.places where org_id = ${org} and id = ${id} and kind = 'person'`.execute(),
    connection`
      select kind, id, entity from carewall.person_items
      where org_id = ${org} and account = ${id} and kind = any(${[...ownKindSchema.options]}) order by id`.execute(),
  ]);
  const [person] = namedSchema.parse(people);
  if (person === undefined) return undefined;
  const items = z.array(z.object({ kind: ownKindSchema, id: z.string(), entity: z.unknown() })).parse(rows);
  const ofKind = Object.fromEntries(
    ownKindSchema.options.map((wanted) => [
      wanted,
      Object.fromEntries(items.filter(({ kind }) => kind === wanted).map((item) => [item.id, item.entity])),
    ]),
  );
  return { schema: userSchema, value: { user: { id, name: person.name }, ...ofKind } };
}

async function directorySnapshot({ org, connection }: StoreContext, id: string): Promise<Tagged | undefined> {
  const [organisations, rows] = await Promise.all([
    connection`select name from carewall.organisations where id = ${org} and id = ${id}`.execute(),
    connection`
      select account as id, entity from carewall.person_items
      where org_id = ${org} and kind = 'directory' order by account`.execute(),
  ]);
  const [organisation] = namedSchema.parse(organisations);
  if (organisation === undefined) return undefined;
  const people = z.array(z.object({ id: z.string(), entity: z.unknown() })).parse(rows);
  return {
    schema: directorySchema,
    value: {
      organisation: { id, name: organisation.name },
      people: Object.fromEntries(people.map((person) => [person.id, person.entity])),
    },
  };
}
