import { type Refusal, refuse } from '../errors.ts';
import { canBeHeldAt } from '../identity/role-rules.ts';
import { instantOf, millis } from '../instant.ts';
import { accept, type Decision, type DecisionContext, reject } from '../module.ts';
import type { AccessCommandOf, NamedRole } from './commands.ts';
import { type AccountPlace, changed, noPlace, sorted, wrongPlace } from './decide-account.ts';
import {
  type AccountRequest,
  type HeldRole,
  type Invitation,
  invitationDays,
  type RolePlace,
} from './schema.ts';
import { tell, tellProfile } from './telling.ts';

const dayMs = 24 * 3_600_000;

/** What the decision to invite somebody needs. */
export interface InvitePlace {
  readonly org: string;
  readonly places: ReadonlyMap<string, RolePlace>;
  /** What stands under the invitation's id, or waits for the same address; who has an account with it. */
  readonly taken: 'id' | 'invited' | 'account' | undefined;
}

/** Lets somebody make an account. */
export function decideInvite(
  { org, places, taken }: InvitePlace,
  { data }: AccessCommandOf<'account.invite'>,
  context: DecisionContext,
): Decision {
  const held = heldRoles(data.roles, places);
  if (!Array.isArray(held)) return reject(held);
  if (taken !== undefined) return reject(alreadyThere(taken));
  const { invitation: id, email, name, language } = data;
  const via = context.by.kind === 'system' ? 'operator' : 'administrator';
  const to = newInvitation({ id, email, name, language, roles: held, via }, context);
  return accept(tell(org, 'invitation', 'invited', { from: undefined, to }));
}

function alreadyThere(taken: NonNullable<InvitePlace['taken']>): Refusal {
  if (taken === 'id') {
    const issue = { path: 'data.invitation', message: 'is taken' };
    return refuse('conflict', 'there is such an invitation already', [issue]);
  }
  const message = taken === 'account' ? 'has an account already' : 'is invited already';
  return refuse('conflict', `this address ${message}`, [{ path: 'data.email', message }]);
}

/** The roles that a command names, with their places; the refusal of the first that cannot be held so. */
export function heldRoles(
  named: readonly NamedRole[],
  places: ReadonlyMap<string, RolePlace>,
): HeldRole[] | Refusal {
  const held: HeldRole[] = [];
  for (const [index, { role, place: id }] of named.entries()) {
    const place = places.get(id);
    if (place === undefined) return noPlace(`data.roles.${index}.place`);
    if (!canBeHeldAt(role, place.kind)) return wrongPlace(`data.roles.${index}.place`);
    held.push({ role, place });
  }
  return sorted(held);
}

function newInvitation(
  invitation: Pick<Invitation, 'id' | 'email' | 'name' | 'language' | 'roles' | 'via'>,
  { now, by }: DecisionContext,
): Invitation {
  return {
    ...invitation,
    subject: invitation.id,
    status: 'pending',
    expiresAt: instantOf(millis(now) + invitationDays * dayMs),
    version: 1,
    asOf: now,
    source: by,
  };
}

/** Sends an invitation again, or takes it back. */
export function decideInvitation(
  { org, invitation }: { readonly org: string; readonly invitation: Invitation },
  { type }: AccessCommandOf<'invitation.resend' | 'invitation.withdraw'>,
  { now, by }: DecisionContext,
): Decision {
  if (invitation.status !== 'pending')
    return reject(refuse('conflict', 'the invitation was accepted or taken back already'));
  const next = { ...invitation, version: invitation.version + 1, asOf: now, source: by };
  if (type === 'invitation.withdraw') {
    const to: Invitation = { ...next, status: 'withdrawn' };
    return accept(tell(org, 'invitation', 'withdrawn', { from: invitation, to }));
  }
  const to: Invitation = { ...next, expiresAt: instantOf(millis(now) + invitationDays * dayMs) };
  return accept(tell(org, 'invitation', 'sent-again', { from: invitation, to }));
}

/** What the decision that an invitation is accepted needs. */
export interface AcceptPlace {
  readonly org: string;
  readonly invitation: Invitation;
  /** Somebody, here or elsewhere, has an account under this address or id. */
  readonly taken: boolean;
}

/** Makes the account of an invitation. Repeated, it names the account that was made. */
export function decideAccept(
  { org, invitation, taken }: AcceptPlace,
  { data }: AccessCommandOf<'invitation.accept'>,
  context: DecisionContext,
): Decision {
  if (invitation.status === 'accepted' && invitation.account !== undefined)
    return accept([], { account: invitation.account });
  if (invitation.status !== 'pending' || invitation.expiresAt <= context.now)
    return reject(refuse('gone', 'the invitation has ended'));
  if (taken) return reject(refuse('conflict', 'there is an account with this address already'));
  const { now, by } = context;
  const { account: id, name, language } = data;
  const { email, roles } = invitation;
  const person = { id, subject: id, name, email };
  const stamp = { version: 1, asOf: now, source: by };
  const to: Invitation = {
    ...invitation,
    status: 'accepted',
    account: id,
    version: invitation.version + 1,
    asOf: now,
    source: by,
  };
  const place: AccountPlace = {
    org,
    account: { ...person, status: 'active', roles, version: 0, asOf: now, source: by },
    told: undefined,
    paths: [],
    administering: [],
    listed: undefined,
  };
  return accept(
    [
      ...tell(org, 'invitation', 'accepted', { from: invitation, to }),
      ...changed(place, 'accepted', {}, context),
      tellProfile(undefined, { ...person, language, ...stamp }),
    ],
    { account: id },
  );
}

/** Puts a request for an account into the queue. */
export function decideEnter(
  {
    org,
    place,
    known,
    taken,
  }: { readonly org: string; readonly place: RolePlace; readonly known: boolean; readonly taken: boolean },
  { data }: AccessCommandOf<'request.enter'>,
  { now, by }: DecisionContext,
): Decision {
  // Verified twice, it stands in the queue once.
  if (taken) return accept([]);
  const { request: id, askedAt, email, ...said } = data;
  const to: AccountRequest = {
    id,
    subject: id,
    email,
    ...said,
    domain: { name: email.slice(email.lastIndexOf('@') + 1), known },
    place,
    status: 'waiting',
    askedAt,
    version: 1,
    asOf: now,
    source: by,
  };
  return accept(tell(org, 'request', 'asked', { from: undefined, to }));
}

/** What the answer to a request needs. */
export interface AnswerPlace extends Pick<InvitePlace, 'org' | 'places' | 'taken'> {
  readonly request: AccountRequest;
}

/** Answers a request for an account: with an invitation, or with the reason why not. */
export function decideAnswer(
  { org, places, taken, request }: AnswerPlace,
  command: AccessCommandOf<'request.approve' | 'request.decline'>,
  context: DecisionContext,
): Decision {
  if (request.status !== 'waiting') return reject(refuse('conflict', 'the request was answered already'));
  const next = { ...request, version: request.version + 1, asOf: context.now, source: context.by };
  if (command.type === 'request.decline') {
    const to: AccountRequest = { ...next, status: 'declined', reason: command.data.reason };
    return accept(tell(org, 'request', 'declined', { from: request, to }));
  }
  const held = heldRoles(command.data.roles, places);
  if (!Array.isArray(held)) return reject(held);
  if (taken !== undefined) return reject(alreadyThere(taken));
  const { name, email, language } = request;
  const invitation = newInvitation(
    { id: command.data.invitation, name, email, language, roles: held, via: 'request' },
    context,
  );
  return accept([
    ...tell(org, 'request', 'approved', { from: request, to: { ...next, status: 'approved' } }),
    ...tell(org, 'invitation', 'invited', { from: undefined, to: invitation }),
  ]);
}
