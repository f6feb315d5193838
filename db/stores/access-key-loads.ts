import type { AccessCommandOf } from '#domain/access/commands.ts';
import { decideAddDomain, decideIssue, decideRemoveDomain, decideRevoke } from '#domain/access/decide-key.ts';
import { domainSchema, keySchema } from '#domain/access/schema.ts';
import { commandDefinition, topicKind } from '#domain/modules.ts';
import { newSecret } from '../secrets.ts';
import type { Loaded, StoreContext, StoreKeys } from '../store.ts';
import { isTaken, nothing, peopleKind, readItem, readPlaces } from './access-reads.ts';
import { accessWrites } from './access-writes.ts';

/** What the decision to give a system a key needs. */
export async function loadIssue(
  context: StoreContext,
  command: AccessCommandOf<'key.issue'>,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org, connection } = context;
  const { key: id, place } = command.data;
  const [places, taken] = await Promise.all([
    readPlaces(context, [place]),
    connection`
      select exists (select from carewall.accounts where id = ${id})
        or exists (select from carewall.access_entities where org_id = ${org} and kind = 'key' and id = ${id}) as taken`.execute(),
  ]);
  const found = places.get(place);
  const { secret, hash } = newSecret();
  return {
    path: found?.path ?? [org],
    topicKind: peopleKind,
    decide: (decision) =>
      decideIssue(
        {
          org,
          place: found?.place,
          taken: isTaken(taken),
          secret,
          isTopic: (kind) => topicKind(kind) !== undefined,
          isCommand: (type) => {
            const known = commandDefinition(type);
            return known !== undefined && known.stepUp !== true;
          },
        },
        command,
        decision,
      ),
    writes: (events) => accessWrites(events, { ring: keys.ring, keyHash: hash }),
  };
}

/** What the decision to take a key back needs. */
export async function loadRevoke(
  context: StoreContext,
  command: AccessCommandOf<'key.revoke'>,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org } = context;
  const key = await readItem(context, keys, 'key', keySchema, command.data.key);
  if (key === undefined) return nothing();
  const places = await readPlaces(context, [key.place.id]);
  return {
    path: places.get(key.place.id)?.path ?? [org],
    topicKind: peopleKind,
    version: key.version,
    decide: (decision) => decideRevoke({ org, key }, decision),
    writes: (events) => accessWrites(events, { ring: keys.ring }),
  };
}

/** What decisions about a domain need: they are the whole organisation's. */
export async function loadDomain(
  context: StoreContext,
  command: AccessCommandOf<'domain.add' | 'domain.remove'>,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org, connection } = context;
  const { domain: id } = command.data;
  const named = command.type === 'domain.add' ? command.data.place : org;
  const [domain, places, elsewhere] = await Promise.all([
    readItem(context, keys, 'domain', domainSchema, id),
    readPlaces(context, [named]),
    connection`select carewall.domain_elsewhere(${org}, ${id}) as taken`.execute(),
  ]);
  if (domain === undefined && command.type === 'domain.remove') return nothing();
  return {
    path: [org],
    topicKind: peopleKind,
    version: domain?.version ?? 0,
    decide(decision) {
      if (command.type === 'domain.add') {
        const place = places.get(named)?.place;
        return decideAddDomain({ org, place, domain, elsewhere: isTaken(elsewhere) }, command, decision);
      }
      if (domain === undefined) throw new Error('nothing is decided about what is not there');
      return decideRemoveDomain({ org, domain }, decision);
    },
    writes: (events) => accessWrites(events, { ring: keys.ring }),
  };
}
