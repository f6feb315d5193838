import { z } from 'zod';
import type { AccessCommand, AccessCommandOf, NamedRole } from '#domain/access/commands.ts';
import { decideAccount, decideList } from '#domain/access/decide-account.ts';
import {
  decideAccept,
  decideAnswer,
  decideEnter,
  decideInvitation,
  decideInvite,
  type InvitePlace,
} from '#domain/access/decide-invitation.ts';
import { decideAddDomain, decideIssue, decideRemoveDomain, decideRevoke } from '#domain/access/decide-key.ts';
import { decideProfile } from '#domain/access/decide-profile.ts';
import { domainSchema, invitationSchema, keySchema, requestSchema } from '#domain/access/schema.ts';
import { tellProfile } from '#domain/access/telling.ts';
import { commandDefinition, topicKind } from '#domain/modules.ts';
import { newSecret } from '../secrets.ts';
import type { Loaded, StoreContext, StoreKeys } from '../store.ts';
import {
  commonPath,
  type FoundPlace,
  firstProfile,
  nothing,
  peopleKind,
  readAccount,
  readItem,
  readPlaces,
} from './access-reads.ts';
import { accessWrites, emailPrint } from './access-writes.ts';

const takenRowsSchema = z.array(z.object({ taken: z.boolean() }));
const isTaken = (rows: unknown) => takenRowsSchema.parse(rows)[0]?.taken === true;

/** What a decision about an account needs. Sends its queries before it first waits. */
export async function loadAccount(
  context: StoreContext,
  command: AccessCommandOf<
    | 'account.list'
    | 'account.give-role'
    | 'account.take-role'
    | 'account.disable'
    | 'account.enable'
    | 'account.end-sessions'
  >,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org } = context;
  const named =
    command.type === 'account.give-role' || command.type === 'account.take-role'
      ? command.data.place
      : undefined;
  const [found, places] = await Promise.all([
    readAccount(context, keys, command.data.account),
    readPlaces(context, named === undefined ? [] : [named]),
  ]);
  if (found === undefined) return nothing();
  const place = named === undefined ? undefined : places.get(named);
  return {
    // A role is its place's affair; an account is that of whoever administers all of its places.
    path: named === undefined ? commonPath(org, found.paths) : (place?.path ?? [org]),
    topicKind: peopleKind,
    version: found.account.version,
    decide(decision) {
      if (command.type !== 'account.list') return decideAccount(found, command, place?.place, decision);
      const listed = decideList(found, decision);
      if (!listed.ok || found.profile !== undefined) return listed;
      const first = tellProfile(undefined, firstProfile(found, decision.now, decision.by));
      return { ...listed, events: [...listed.events, first] };
    },
    writes: (events) => [
      ...accessWrites(events, { ring: keys.ring, before: found.account }),
      ...(command.type === 'account.list' ? [listedWrite(command.data.account)] : []),
    ],
  };
}

/** That there is nothing more to tell of an account. */
function listedWrite(account: string) {
  return {
    schema: z.unknown(),
    value: null,
    save: async ({ org, connection }: StoreContext) =>
      connection`update carewall.accounts set listed = true where org_id = ${org} and id = ${account}`.execute(),
  };
}

/** What the decision about one's own profile needs. */
export async function loadProfile(
  context: StoreContext,
  command: AccessCommandOf<'profile.change' | 'profile.change-email' | 'profile.confirm-email'>,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org, connection } = context;
  const { account } = command.data;
  const found = await readAccount(context, keys, account);
  if (found === undefined) return nothing();
  const newEmail = command.type === 'profile.confirm-email' ? found.profile?.newEmail : undefined;
  // One more round trip, where somebody verifies an address: rare, and the address is sealed until here.
  const taken =
    newEmail === undefined
      ? []
      : await connection`select carewall.email_taken(${newEmail}) as taken`.execute();
  return {
    path: [org, account],
    topicKind: 'user/*/profile',
    version: found.profile?.version ?? 0,
    decide: (decision) => decideProfile({ ...found, taken: isTaken(taken) }, command, decision),
    writes: (events) => accessWrites(events, { ring: keys.ring, before: found.account }),
  };
}

async function readInvited(
  context: StoreContext,
  keys: StoreKeys,
  { id, email }: { id: string; email: string },
): Promise<InvitePlace['taken']> {
  const { org, connection } = context;
  const rows = await connection`
    select case
      when exists (select from carewall.access_entities where org_id = ${org} and kind = 'invitation' and id = ${id}) then 'id'
      when exists (select from carewall.accounts where org_id = ${org} and email = ${email}) then 'account'
      when exists (
        select from carewall.access_entities
        where org_id = ${org} and kind = 'invitation' and open and print = ${emailPrint(keys.ring, email)}
      ) then 'invited'
    end as taken`.execute();
  const [row] = z.array(z.object({ taken: z.enum(['id', 'account', 'invited']).nullable() })).parse(rows);
  return row?.taken ?? undefined;
}

function pathOfRoles(org: string, named: readonly NamedRole[], places: ReadonlyMap<string, FoundPlace>) {
  const found = named.map(({ place }) => places.get(place)?.path);
  // Where there is no such place, whoever may invite at all is told so.
  return found.every((path) => path !== undefined) ? commonPath(org, found) : [org];
}

function refsOf(places: ReadonlyMap<string, FoundPlace>) {
  return new Map([...places].map(([id, { place }]) => [id, place]));
}

/** What the decision to invite somebody needs. */
export async function loadInvite(
  context: StoreContext,
  command: AccessCommandOf<'account.invite'>,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org } = context;
  const { invitation: id, email, roles } = command.data;
  const [places, taken] = await Promise.all([
    readPlaces(
      context,
      roles.map(({ place }) => place),
    ),
    readInvited(context, keys, { id, email }),
  ]);
  return {
    path: pathOfRoles(org, roles, places),
    topicKind: peopleKind,
    decide: (decision) => decideInvite({ org, places: refsOf(places), taken }, command, decision),
    writes: (events) => accessWrites(events, { ring: keys.ring }),
  };
}

/** What decisions about an invitation need. */
export async function loadInvitation(
  context: StoreContext,
  command: AccessCommandOf<'invitation.resend' | 'invitation.withdraw' | 'invitation.accept'>,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org, connection } = context;
  const invitation = await readItem(context, keys, 'invitation', invitationSchema, command.data.invitation);
  if (invitation === undefined) return nothing();
  const [places, taken] = await Promise.all([
    readPlaces(
      context,
      invitation.roles.map(({ place }) => place.id),
    ),
    command.type === 'invitation.accept'
      ? connection`
          select carewall.email_taken(${invitation.email ?? ''})
            or exists (select from carewall.places where org_id = ${org} and id = ${command.data.account}) as taken`.execute()
      : [],
  ]);
  const named = invitation.roles.map(({ role, place }) => ({ role, place: place.id }));
  return {
    path: pathOfRoles(org, named, places),
    topicKind: peopleKind,
    version: invitation.version,
    decide: (decision) =>
      command.type === 'invitation.accept'
        ? decideAccept({ org, invitation, taken: isTaken(taken) }, command, decision)
        : decideInvitation({ org, invitation }, command, decision),
    writes: (events) => accessWrites(events, { ring: keys.ring }),
  };
}

/** What the decision to put a request into the queue needs: the organisation is known by then. */
export async function loadEnter(
  context: StoreContext,
  command: AccessCommandOf<'request.enter'>,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org, connection } = context;
  const { request: id, email } = command.data;
  const domain = email.slice(email.lastIndexOf('@') + 1);
  const [domains, top, taken] = await Promise.all([
    connection`
      select entity -> 'place' ->> 'id' as place from carewall.access_entities
      where org_id = ${org} and kind = 'domain' and id = ${domain} and open`.execute(),
    readPlaces(context, [org]),
    connection`
      select exists (
        select from carewall.access_entities
        where org_id = ${org} and kind = 'request' and (id = ${id} or (open and print = ${emailPrint(keys.ring, email)}))
      ) as taken`.execute(),
  ]);
  const [known] = z.array(z.object({ place: z.string() })).parse(domains);
  const places = known === undefined ? top : await readPlaces(context, [known.place]);
  const found = places.get(known?.place ?? org);
  if (found === undefined) return nothing();
  return {
    path: found.path,
    topicKind: peopleKind,
    decide: (decision) =>
      decideEnter(
        { org, place: found.place, known: known !== undefined, taken: isTaken(taken) },
        command,
        decision,
      ),
    writes: (events) => accessWrites(events, { ring: keys.ring }),
  };
}

/** What the answer to a request needs. It is given by whoever administers the queue, and the places of the roles. */
export async function loadAnswer(
  context: StoreContext,
  command: AccessCommandOf<'request.approve' | 'request.decline'>,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org } = context;
  const roles = command.type === 'request.approve' ? command.data.roles : [];
  const [request, places] = await Promise.all([
    readItem(context, keys, 'request', requestSchema, command.data.request),
    readPlaces(
      context,
      roles.map(({ place }) => place),
    ),
  ]);
  if (request === undefined) return nothing();
  const [queue, taken] = await Promise.all([
    readPlaces(context, [request.place.id]),
    command.type === 'request.approve'
      ? readInvited(context, keys, { id: command.data.invitation, email: request.email ?? '' })
      : undefined,
  ]);
  const stands = queue.get(request.place.id)?.path ?? [org];
  return {
    path: roles.length === 0 ? stands : commonPath(org, [stands, pathOfRoles(org, roles, places)]),
    topicKind: peopleKind,
    version: request.version,
    decide: (decision) => decideAnswer({ org, places: refsOf(places), taken, request }, command, decision),
    writes: (events) => accessWrites(events, { ring: keys.ring }),
  };
}

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

/** What a command of this context needs. */
export function loadAccess(context: StoreContext, command: AccessCommand, keys: StoreKeys): Promise<Loaded> {
  switch (command.type) {
    case 'account.list':
    case 'account.give-role':
    case 'account.take-role':
    case 'account.disable':
    case 'account.enable':
    case 'account.end-sessions':
      return loadAccount(context, command, keys);
    case 'account.invite':
      return loadInvite(context, command, keys);
    case 'invitation.resend':
    case 'invitation.withdraw':
    case 'invitation.accept':
      return loadInvitation(context, command, keys);
    case 'request.enter':
      return loadEnter(context, command, keys);
    case 'request.approve':
    case 'request.decline':
      return loadAnswer(context, command, keys);
    case 'key.issue':
      return loadIssue(context, command, keys);
    case 'key.revoke':
      return loadRevoke(context, command, keys);
    case 'domain.add':
    case 'domain.remove':
      return loadDomain(context, command, keys);
    case 'profile.change':
    case 'profile.change-email':
    case 'profile.confirm-email':
      return loadProfile(context, command, keys);
    default:
      return command satisfies never;
  }
}
