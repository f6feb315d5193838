import { z } from 'zod';
import type { AccessCommandOf, NamedRole } from '#domain/access/commands.ts';
import {
  decideAccept,
  decideAnswer,
  decideEnter,
  decideInvitation,
  decideInvite,
  type InvitePlace,
} from '#domain/access/decide-invitation.ts';
import { invitationSchema, requestSchema } from '#domain/access/schema.ts';
import type { Loaded, StoreContext, StoreKeys } from '../store.ts';
import {
  commonPath,
  type FoundPlace,
  isTaken,
  nothing,
  peopleKind,
  readItem,
  readPlaces,
} from './access-reads.ts';
import { accessWrites, emailPrint } from './access-writes.ts';

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
