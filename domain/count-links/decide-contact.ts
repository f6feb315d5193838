import { refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import type { CountLinkCommandOf } from './commands.ts';
import { linkMoved } from './decide-link.ts';
import type { ContactMoved, ContactMovedType } from './events.ts';
import { type Contact, type Link, mostContacts, type ReachedAt } from './schema.ts';
import { isLive } from './states.ts';

/** The contacts of one facility as they stand. */
export interface Contacts {
  readonly facility: string;
  readonly contacts: readonly Contact[];
}

/** A contact with its newest link. */
export interface KnownContact extends Contacts {
  readonly contact: Contact;
  readonly link: Link | undefined;
}

/** Decides that somebody is to be asked. `taken` tells that the id is another contact's, here or elsewhere. */
export function decideAdd(
  known: Contacts & { readonly taken: boolean },
  { data }: CountLinkCommandOf<'contact.add'>,
  { now, by }: DecisionContext,
): Decision {
  if (known.taken) return conflict('there is a contact of this id already', 'contact');
  if (known.contacts.length >= mostContacts) {
    return reject(refuse('conflict', `a facility has ${mostContacts} contacts at most`));
  }
  if (isReachedBy(known.contacts, data.reachedAt))
    return conflict('somebody is asked there already', 'reachedAt');
  const { facility, contact: id, name, language, reachedAt } = data;
  const to = { id, name, language, reachedAt, version: 1, asOf: now, source: by };
  return accept([contactMoved(facility, 'contact.added', { to })]);
}

/** Decides how somebody is to be asked from now on. */
export function decideChange(
  known: KnownContact,
  { data }: CountLinkCommandOf<'contact.change'>,
  { now, by }: DecisionContext,
): Decision {
  const { facility, contact: from, contacts, link } = known;
  const others = contacts.filter(({ id }) => id !== from.id);
  if (data.reachedAt !== undefined && isReachedBy(others, data.reachedAt)) {
    return conflict('somebody is asked there already', 'reachedAt');
  }
  const { contact: _id, ...changes } = data;
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const to = { ...from, ...given, version: from.version + 1, asOf: now, source: by };
  // Whoever reads the old address may be somebody else: what was sent there is good for nothing any more.
  const withdrawn =
    data.reachedAt !== undefined && link !== undefined && isLive(link)
      ? [linkMoved(facility, 'link.withdrawn', link, { ...link, status: 'withdrawn' }, { now, by })]
      : [];
  return accept([contactMoved(facility, 'contact.changed', { from, to }), ...withdrawn]);
}

/** Decides that somebody is not to be asked any more. Their links go with them. */
export function decideRemove(facility: string, contact: Contact | undefined): Decision {
  if (contact === undefined) return reject(refuse('not_found', 'there is no such contact here'));
  return accept([contactMoved(facility, 'contact.removed', { from: contact })]);
}

function isReachedBy(contacts: readonly Contact[], reachedAt: ReachedAt): boolean {
  return contacts.some(({ reachedAt: other }) => addressOf(other) === addressOf(reachedAt));
}

/** The address or number itself. */
export function addressOf(reachedAt: ReachedAt): string {
  return reachedAt.by === 'email' ? reachedAt.email : reachedAt.phone;
}

function contactMoved(facility: string, type: ContactMovedType, data: ContactMoved): NewEvent {
  return { topic: `facility/${facility}/contacts`, type, data };
}

function conflict(message: string, field: string): Decision {
  return reject(refuse('conflict', message, [{ path: `data.${field}`, message: 'is taken' }]));
}
