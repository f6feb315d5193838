import { z } from 'zod';
import { parseAccessCommand } from '#domain/access/commands.ts';
import { accessModule } from '#domain/access/module.ts';
import {
  heldRoleSchema,
  itemKinds,
  ownProfileSchema,
  peopleSchema,
  rolePlaceSchema,
} from '#domain/access/schema.ts';
import { within } from '#domain/access/telling.ts';
import { type ContextStore, parseOr, type StoreContext } from '../store.ts';
import type { Tagged } from '../vault.ts';
import { loadAccess } from './access-loads.ts';

/** Accounts with their roles, invitations, requests, keys and domains; and what each person says of themselves. */
export const accessStore: ContextStore = {
  module: accessModule,
  prepare: (command, keys) =>
    parseOr(parseAccessCommand, command, (parsed) => ({
      load: (context: StoreContext) => loadAccess(context, parsed, keys),
    })),
  project: (events) => {
    throw new Error(
      `no other context speaks of accounts, yet one said ${events.map(({ type }) => type).join(', ')}`,
    );
  },
  snapshot: (context, kind, id = '') =>
    kind === 'user/*/profile' ? profileSnapshot(context, id) : peopleSnapshot(context, kind, id),
  async due(relay) {
    const rows = await relay`
      select org_id as org, id as account from carewall.accounts where kind = 'person' and not listed limit 200`;
    return z
      .array(z.object({ org: z.string(), account: z.string() }))
      .parse(rows)
      .map(({ org, account }) => ({ org, type: 'account.list', data: { account } }));
  },
};

const rowsSchema = z.array(z.object({ kind: z.enum(itemKinds), id: z.string(), entity: z.unknown() }));
const standingSchema = z.looseObject({
  roles: z.array(heldRoleSchema).optional(),
  place: rolePlaceSchema.optional(),
});

async function peopleSnapshot(
  { org, connection }: StoreContext,
  topic: string,
  id: string,
): Promise<Tagged | undefined> {
  const facility = topic === 'facility/*/people' ? id : undefined;
  const [places, rows] = await Promise.all([
    connection`
      select id, name, kind from carewall.places
      where org_id = ${org} and id = ${id} and kind = ${facility === undefined ? 'organisation' : 'facility'}`.execute(),
    connection`
      select kind, id, entity from carewall.access_entities
      where org_id = ${org} and open and kind <> 'profile'
        and (${facility ?? null}::text is null or facilities @> array[${facility ?? null}::text])
      order by kind, id`.execute(),
  ]);
  const [place] = z.array(peopleSchema.shape.place).parse(places);
  if (place === undefined) return undefined;
  const found = rowsSchema.parse(rows).flatMap(({ kind, id: key, entity }) => {
    const shown = facility === undefined ? entity : within(facility, standingSchema.parse(entity));
    return shown === undefined ? [] : [{ kind, key, shown }];
  });
  const ofKind = itemKinds.map((kind) => [
    kind,
    Object.fromEntries(found.filter((one) => one.kind === kind).map(({ key, shown }) => [key, shown])),
  ]);
  return { schema: peopleSchema, value: { place, ...Object.fromEntries(ofKind) } };
}

async function profileSnapshot({ org, connection }: StoreContext, id: string): Promise<Tagged | undefined> {
  const [people, rows] = await Promise.all([
    connection`select id from carewall.places where org_id = ${org} and id = ${id} and kind = 'person'`.execute(),
    connection`
      select entity from carewall.access_entities where org_id = ${org} and kind = 'profile' and id = ${id}`.execute(),
  ]);
  if (people.length === 0) return undefined;
  const [row] = z.array(z.object({ entity: z.unknown() })).parse(rows);
  return {
    schema: ownProfileSchema,
    value: { id, ...(row === undefined ? {} : { profile: row.entity }) },
  };
}
