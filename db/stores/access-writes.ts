import { z } from 'zod';
import { changeSchemas, itemKindOf, profileChangedSchema } from '#domain/access/events.ts';
import {
  type Account,
  type HeldRole,
  type ItemKind,
  type ItemOf,
  items,
  type Profile,
  profileSchema,
} from '#domain/access/schema.ts';
import { facilitiesOf, isListed } from '#domain/access/telling.ts';
import type { NewEvent } from '#domain/module.ts';
import type { KeyRing } from '../key-ring.ts';
import { insertTopics } from '../network.ts';
import type { StoreContext, Write } from '../store.ts';
import { accessLetters } from './access-letters.ts';

/** What the rows of an account were before. */
export interface Before {
  readonly roles: readonly HeldRole[];
}

/** The rows to write after events of this context. `secret` is that of a key that was issued. */
export function accessWrites(
  events: readonly NewEvent[],
  { ring, before, keyHash }: { ring: KeyRing; before?: Before | undefined; keyHash?: Buffer | undefined },
): Write[] {
  return events.flatMap(({ type, data }): Write[] => {
    if (type === 'profile.changed') {
      const { from, to } = profileChangedSchema.parse(data);
      return to === undefined ? [] : [profileWrite(to), ...accessLetters.profile(from, to)];
    }
    const kind = type.startsWith('people.') ? itemKindOf(type) : undefined;
    // What a facility is told is a part of what the organisation is.
    if (kind === undefined) return [];
    const change = changeSchemas[kind].parse(data);
    if (change.to === undefined) return [];
    const own = itemWrite(kind, change.to, printOf(ring, kind, change.to));
    if (kind === 'account') {
      const account = changeSchemas.account.parse(data);
      return account.to === undefined ? [own] : [own, accountWrite(account.what, account.to, before)];
    }
    if (kind === 'key') {
      const key = changeSchemas.key.parse(data);
      return key.to === undefined ? [own] : [own, keyWrite(key.to, keyHash)];
    }
    return [own, ...accessLetters.item(kind, data)];
  });
}

/** A keyed print of the address that waits for somebody: one is invited, or asks, once at a time. */
export function emailPrint(ring: KeyRing, email: string): Buffer {
  return ring.fingerprint(`email ${email}`);
}

function printOf(ring: KeyRing, kind: ItemKind, item: object): Buffer | null {
  if (kind !== 'invitation' && kind !== 'request') return null;
  return 'email' in item && typeof item.email === 'string' ? emailPrint(ring, item.email) : null;
}

function itemWrite<K extends ItemKind>(kind: K, item: ItemOf<K>, print: Buffer | null): Write {
  return {
    schema: items[kind],
    value: item,
    // The first of something is never written over another: of two at once, the second is decided again.
    save: async ({ org, connection }, sealed) =>
      item.version === 1
        ? connection`
            insert into carewall.access_entities (org_id, kind, id, version, open, facilities, print, entity)
            values (${org}, ${kind}, ${item.id}, ${item.version}, ${isListed(item)}, ${facilitiesOf(item)}::text[],
              ${print}::bytea, ${connection.json(sealed)})`.execute()
        : connection`
            update carewall.access_entities
            set version = ${item.version}, open = ${isListed(item)}, facilities = ${facilitiesOf(item)}::text[],
              entity = ${connection.json(sealed)}
            where org_id = ${org} and kind = ${kind} and id = ${item.id}`.execute(),
  };
}

function profileWrite(profile: Profile): Write {
  return {
    schema: profileSchema,
    value: profile,
    save: async ({ org, connection }, sealed) =>
      profile.version === 1
        ? connection`
            insert into carewall.access_entities (org_id, kind, id, version, open, entity)
            values (${org}, 'profile', ${profile.id}, 1, true, ${connection.json(sealed)})`.execute()
        : connection`
            update carewall.access_entities set version = ${profile.version}, entity = ${connection.json(sealed)}
            where org_id = ${org} and kind = 'profile' and id = ${profile.id}`.execute(),
  };
}

const nothingSealed = { schema: z.unknown(), value: null } as const;

function accountWrite(what: string, to: Account, before: Before | undefined): Write {
  return { ...nothingSealed, save: async (context) => Promise.all(accountRows(context, what, to, before)) };
}

/** The rows of an account itself: what holds, and what every node is told of. */
function accountRows(
  { org, connection }: StoreContext,
  what: string,
  { id, name = '', email = '', roles }: Account,
  before: Before | undefined,
): Promise<unknown>[] {
  const had = before?.roles ?? [];
  const missing = (from: readonly HeldRole[], to: readonly HeldRole[]) =>
    from
      .filter(({ role, place }) => !to.some((one) => one.role === role && one.place.id === place.id))
      .map(({ role, place }) => ({ role, place: place.id }));
  const told = () =>
    connection`update carewall.accounts set listed = true where org_id = ${org} and id = ${id}`.execute();
  const rights = () =>
    connection`insert into carewall.rights_log (org_id, principal) values (${org}, ${id})`.execute();
  const endSessions = (why: string) =>
    connection`
      update carewall.sessions set ended_at = clock_timestamp(), ended_why = ${why}
      where org_id = ${org} and account = ${id} and ended_at is null`.execute();
  const give = (given: readonly { role: string; place: string }[]) =>
    connection`
      insert into carewall.grants (org_id, account, role, place)
      select ${org}, ${id}, g.role, g.place
      from jsonb_to_recordset(${connection.json([...given])}) as g(role text, place text)
      on conflict (account, role, place) do update set until = null`.execute();
  switch (what) {
    case 'accepted':
      return [
        connection`
          insert into carewall.accounts (id, org_id, email, name, kind, listed)
          values (${id}, ${org}, ${email}, ${name}, 'person', true)`.execute(),
        connection`
          insert into carewall.places (org_id, id, kind, name, parent, path)
          values (${org}, ${id}, 'person', ${name}, ${org}, ${[org, id]})`.execute(),
        insertTopics(connection, org, { kind: 'person', id, name }),
        give(missing(roles, [])),
      ];
    case 'role-given':
      return [told(), give(missing(roles, had)), rights()];
    case 'role-taken':
      // Waits for the commands that are being decided under it: they hold the row.
      return [
        told(),
        connection`
          delete from carewall.grants g
          using jsonb_to_recordset(${connection.json(missing(had, roles))}) as t(role text, place text)
          where g.org_id = ${org} and g.account = ${id} and g.role = t.role and g.place = t.place`.execute(),
        rights(),
      ];
    case 'disabled':
      return [
        connection`
          update carewall.accounts set disabled_at = clock_timestamp(), listed = true
          where org_id = ${org} and id = ${id}`.execute(),
        endSessions('account disabled'),
        rights(),
      ];
    case 'enabled':
      return [
        connection`
          update carewall.accounts set disabled_at = null, listed = true where org_id = ${org} and id = ${id}`.execute(),
      ];
    case 'sessions-ended':
      return [told(), endSessions('ended by an administrator'), rights()];
    case 'renamed':
      return [
        connection`
          update carewall.accounts set name = ${name}, listed = true where org_id = ${org} and id = ${id}`.execute(),
        connection`
          update carewall.places set name = ${name} where org_id = ${org} and id = ${id} and kind = 'person'`.execute(),
        rights(),
      ];
    case 'address-changed':
      return [
        connection`
          update carewall.accounts set email = ${email}, listed = true where org_id = ${org} and id = ${id}`.execute(),
      ];
    default:
      return [told()];
  }
}

function keyWrite(key: ItemOf<'key'>, hash: Buffer | undefined): Write {
  return {
    ...nothingSealed,
    save: async ({ org, connection }) => {
      const { id, name, role, place, scope, status, expiresAt } = key;
      if (status === 'revoked') {
        return Promise.all([
          connection`
            update carewall.sessions set ended_at = clock_timestamp(), ended_why = 'key revoked'
            where org_id = ${org} and account = ${id} and ended_at is null`.execute(),
          connection`delete from carewall.grants where org_id = ${org} and account = ${id}`.execute(),
          connection`
            update carewall.accounts set disabled_at = clock_timestamp() where org_id = ${org} and id = ${id}`.execute(),
          connection`insert into carewall.rights_log (org_id, principal) values (${org}, ${id})`.execute(),
        ]);
      }
      if (hash === undefined) throw new Error('a key is issued with its secret');
      const session = crypto.randomUUID();
      return Promise.all([
        connection`
          insert into carewall.accounts (id, org_id, name, kind, listed)
          values (${id}, ${org}, ${name}, 'service', true)`.execute(),
        connection`
          insert into carewall.grants (org_id, account, role, place) values (${org}, ${id}, ${role}, ${place.id})`.execute(),
        connection`
          insert into carewall.sessions (id, org_id, account, expires_at, kind, scope, stepped_up_at)
          values (${session}, ${org}, ${id}, ${expiresAt}, 'key', ${connection.json(scopeJson(scope))}, null)`.execute(),
        connection`
          insert into carewall.session_keys (hash, org_id, session) values (${hash}, ${org}, ${session})`.execute(),
      ]);
    },
  };
}

function scopeJson({ topics, commands, view }: ItemOf<'key'>['scope']) {
  return { topics: [...topics], commands: [...commands], ...(view === undefined ? {} : { view }) };
}
