import { z } from 'zod';
import type { AccountPlace } from '#domain/access/decide-account.ts';
import { beginning } from '#domain/access/decide-profile.ts';
import {
  type Account,
  accountSchema,
  type ItemKind,
  type Profile,
  profileSchema,
  type RolePlace,
  rolePlaceSchema,
} from '#domain/access/schema.ts';
import { rolePlaceKinds } from '#domain/identity/role-rules.ts';
import { roleSchema, roles } from '#domain/identity/roles.ts';
import { personSchema } from '#domain/people/schema.ts';
import type { Source } from '#domain/source.ts';
import type { Loaded, StoreContext, StoreKeys } from '../store.ts';

/** A place at which roles are held, with the way down to it. */
export interface FoundPlace {
  readonly place: RolePlace;
  readonly path: readonly string[];
}

const placeRowsSchema = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(rolePlaceKinds),
    facility: z
      .string()
      .nullable()
      .transform((facility) => facility ?? undefined),
    path: z.array(z.string()),
  }),
);

function foundPlace({ path, ...place }: z.infer<typeof placeRowsSchema>[number]): FoundPlace {
  return { place: rolePlaceSchema.parse(place), path };
}

/** The places that a command names, by id. Sends its query before it first waits. */
export async function readPlaces(
  { org, connection }: StoreContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FoundPlace>> {
  const rows = await connection`
    select id, name, kind, facility, path from carewall.places
    where org_id = ${org} and id = any(${[...ids]}::text[]) and kind = any(${[...rolePlaceKinds]}::text[])`.execute();
  return new Map(placeRowsSchema.parse(rows).map((row) => [row.id, foundPlace(row)]));
}

/** An item of a list as it was last told of, opened. Sends its query before it first waits. */
export async function readItem<Item>(
  { org, connection }: StoreContext,
  { vault }: StoreKeys,
  kind: ItemKind,
  schema: z.ZodType<Item>,
  id: string,
): Promise<Item | undefined> {
  const rows = await connection`
    select entity from carewall.access_entities
    where org_id = ${org} and kind = ${kind} and id = ${id} for update`.execute();
  const [row] = z.array(z.object({ entity: z.unknown() })).parse(rows);
  if (row === undefined) return undefined;
  const [entity] = await vault.open(org, [{ schema, value: row.entity }]);
  return schema.parse(entity);
}

/** An account as it stands, with what decisions about it need. */
export interface FoundAccount extends AccountPlace {
  readonly profile: Profile | undefined;
}

const accountRowsSchema = z.array(
  z.object({ id: z.string(), name: z.string(), email: z.string(), disabled: z.boolean() }),
);
const grantRowsSchema = z.array(z.object({ role: roleSchema, place: placeRowsSchema.element }));
const toldRowsSchema = z.array(z.object({ kind: z.enum(['account', 'profile']), entity: z.unknown() }));
const adminRowsSchema = z.array(z.object({ account: z.string(), place: z.string() }));
const untold: Source = { kind: 'system', id: 'provisioning', name: 'Provisioning' };

/** A person's account with its roles and what was told of it, locked. Sends its queries before it first waits. */
export async function readAccount(
  { org, connection }: StoreContext,
  { vault }: StoreKeys,
  id: string,
): Promise<FoundAccount | undefined> {
  const [accounts, grants, toldRows, admins, listedRows] = await Promise.all([
    connection`
      select id, name, email, disabled_at is not null as disabled from carewall.accounts
      where org_id = ${org} and id = ${id} and kind = 'person' for update`.execute(),
    // In the order in which commands lock them. What ends by itself is no role that was given.
    connection`
      select g.role, jsonb_build_object('id', p.id, 'name', p.name, 'kind', p.kind, 'facility', p.facility, 'path', p.path) as place
      from carewall.grants g join carewall.places p on p.org_id = g.org_id and p.id = g.place
      where g.org_id = ${org} and g.account = ${id} and g.until is null and g.role = any(${[...roles]}::text[])
      order by g.role, g.place for update of g`.execute(),
    connection`
      select kind, entity from carewall.access_entities
      where org_id = ${org} and id = ${id} and kind in ('account', 'profile') order by kind for update`.execute(),
    connection`
      select g.account, g.place from carewall.grants g join carewall.accounts a on a.id = g.account
      where g.org_id = ${org} and g.role = 'admin' and g.until is null and a.disabled_at is null`.execute(),
    connection`
      select entity from carewall.person_items
      where org_id = ${org} and account = ${id} and kind = 'directory' for update`.execute(),
  ]);
  const [row] = accountRowsSchema.parse(accounts);
  if (row === undefined) return undefined;
  const held = grantRowsSchema.parse(grants).map(({ role, place }) => ({ role, ...foundPlace(place) }));
  const told = toldRowsSchema.parse(toldRows);
  const opened = await vault.open(
    org,
    told.map(({ kind, entity }) => ({
      schema: kind === 'account' ? accountSchema : profileSchema,
      value: entity,
    })),
  );
  const toldOf = (kind: 'account' | 'profile') => opened[told.findIndex((one) => one.kind === kind)];
  const toldAccount = toldOf('account');
  const before: Account | undefined =
    toldAccount === undefined ? undefined : accountSchema.parse(toldAccount);
  const toldProfile = toldOf('profile');
  const [listed] = z.array(z.object({ entity: personSchema })).parse(listedRows);
  const keyOf = ({ place, role }: (typeof held)[number]) => `${place.id} ${role}`;
  return {
    org,
    account: {
      id,
      subject: id,
      name: row.name,
      email: row.email,
      status: row.disabled ? 'disabled' : 'active',
      roles: held.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).map(({ role, place }) => ({ role, place })),
      version: before?.version ?? 0,
      asOf: before?.asOf ?? new Date(0).toISOString(),
      source: before?.source ?? untold,
    },
    told: before,
    paths: held.map(({ path }) => path),
    administering: adminRowsSchema.parse(admins),
    listed: listed?.entity,
    profile: toldProfile === undefined ? undefined : profileSchema.parse(toldProfile),
  };
}

/** The profile of an account that has said nothing of itself. */
export function firstProfile(found: FoundAccount, now: string, by: Source): Profile {
  return { ...beginning(found, { now, by }), version: 1 };
}

/** The lowest place from which all of the ways go down: whoever administers there administers all of them. */
export function commonPath(org: string, paths: readonly (readonly string[])[]): readonly string[] {
  const [first = [org], ...rest] = paths;
  const end = first.findIndex((id, index) => rest.some((path) => path[index] !== id));
  return end === -1 ? first : first.slice(0, end);
}

export const peopleKind = 'org/*/people';

/** What a command comes to that names what is not there. */
export function nothing(): Loaded {
  const none = () => {
    throw new Error('nothing is decided about what is not there');
  };
  return { path: undefined, topicKind: peopleKind, decide: none, writes: none };
}

const takenRowsSchema = z.array(z.object({ taken: z.boolean() }));

/** Whether something is taken, by the one row that says so; what was not asked for is not. */
export function isTaken(rows: unknown): boolean {
  return takenRowsSchema.parse(rows)[0]?.taken === true;
}
