import { addressOf } from '#domain/count-links/decide-contact.ts';
import {
  contactMovedSchema,
  isContactMoved,
  isLinkMoved,
  linkMovedSchema,
} from '#domain/count-links/events.ts';
import { type Contact, contactSchema, type Link, linkSchema } from '#domain/count-links/schema.ts';
import { isLive } from '#domain/count-links/states.ts';
import type { NewEvent } from '#domain/module.ts';
import { linkAccountOf } from '../count-link-sessions.ts';
import { enqueuePost, type OrderedLetter } from '../jobs/post-queue.ts';
import type { StoreContext, Write } from '../store.ts';

/** The rows to write after events about contacts and links; letters go to those of `contacts`. */
export function countLinkWrites(events: readonly NewEvent[], contacts: readonly Contact[]): Write[] {
  return events.flatMap(({ topic, type, data }) => {
    const facility = topic.split('/')[1] ?? '';
    if (isContactMoved(type)) {
      const { from, to } = contactMovedSchema.parse(data);
      return to === undefined ? [removal(from?.id ?? '')] : [contactWrite(facility, to, from !== undefined)];
    }
    if (!isLinkMoved(type)) return [];
    const { from, to } = linkMovedSchema.parse(data);
    return [linkWrite(facility, to, from !== undefined), ...lettersOf(type, to, contacts)];
  });
}

function contactWrite(facility: string, contact: Contact, known: boolean): Write {
  const { id, version, language, reachedAt } = contact;
  return {
    schema: contactSchema,
    value: contact,
    save: async ({ org, connection }, sealed) =>
      known
        ? connection`
            update carewall.count_contacts set version = ${version}, channel = ${reachedAt.by},
              address = ${addressOf(reachedAt)}, language = ${language}, entity = ${connection.json(sealed)}
            where org_id = ${org} and id = ${id}`.execute()
        : connection`
            insert into carewall.count_contacts (org_id, id, facility, channel, address, language, version, entity)
            values (${org}, ${id}, ${facility}, ${reachedAt.by}, ${addressOf(reachedAt)}, ${language}, ${version},
              ${connection.json(sealed)})`.execute(),
  };
}

/** Their links, and what those could do, go with them. */
function removal(contact: string): Write {
  return {
    schema: contactSchema,
    value: null,
    async save({ org, connection }) {
      const account = linkAccountOf(org, contact);
      return Promise.all([
        connection`delete from carewall.count_contacts where org_id = ${org} and id = ${contact}`.execute(),
        connection`
          update carewall.sessions set ended_at = clock_timestamp()
          where org_id = ${org} and account = ${account} and ended_at is null`.execute(),
        connection`delete from carewall.grants where org_id = ${org} and account = ${account}`.execute(),
      ]);
    },
  };
}

function linkWrite(facility: string, link: Link, known: boolean): Write {
  const { id, contact, version, createdAt, validUntil } = link;
  const liveUntil = isLive(link) ? validUntil : null;
  return {
    schema: linkSchema,
    value: link,
    save: async ({ org, connection }, sealed) =>
      known
        ? connection`
            update carewall.count_links set version = ${version}, live_until = ${liveUntil},
              entity = ${connection.json(sealed)}
            where org_id = ${org} and id = ${id}`.execute()
        : connection`
            insert into carewall.count_links (org_id, id, contact, facility, created_at, live_until, version, entity)
            values (${org}, ${id}, ${contact}, ${facility}, ${createdAt}, ${liveUntil}, ${version},
              ${connection.json(sealed)})`.execute(),
  };
}

/** A link goes to its contact; that it was used is told to everybody whom the facility has asked. */
function lettersOf(type: string, link: Link, contacts: readonly Contact[]): Write[] {
  const letter =
    type === 'link.ordered' ? 'count-link' : type === 'link.submitted' ? 'count-confirmation' : undefined;
  if (letter === undefined) return [];
  const to = letter === 'count-link' ? contacts.filter(({ id }) => id === link.contact) : contacts;
  return to.map((contact) => letterWrite(letter, link, contact));
}

function letterWrite(letter: OrderedLetter['letter'], { id }: Link, { language, reachedAt }: Contact): Write {
  const to = reachedAt.by === 'email' ? { email: reachedAt.email } : { phone: reachedAt.phone };
  return {
    schema: linkSchema,
    value: null,
    save: ({ org, connection }: StoreContext) =>
      enqueuePost(connection, { org, to, language, letter, about: id }),
  };
}
