import { z } from 'zod';
import {
  type CountLinkCommand,
  type CountLinkCommandOf,
  parseCountLinkCommand,
} from '#domain/count-links/commands.ts';
import { decideAdd, decideChange, decideRemove } from '#domain/count-links/decide-contact.ts';
import { decideSend, decideStep, decideSubmit } from '#domain/count-links/decide-link.ts';
import { countLinksModule } from '#domain/count-links/module.ts';
import { facilityContactsSchema } from '#domain/count-links/schema.ts';
import type { DecisionContext } from '#domain/module.ts';
import { isAvailabilityMoved } from '#domain/network/events.ts';
import { type ContextStore, type Loaded, parseOr, type StoreContext } from '../store.ts';
import type { Tagged } from '../vault.ts';
import { readLevels } from './attested-levels.ts';
import {
  contactsBesideLink,
  lockContacts,
  lockLink,
  lockNewestLink,
  pathOfContact,
  pathOfFacility,
  pathOfLink,
} from './count-link-rows.ts';
import { countLinkWrites } from './count-link-writes.ts';

const topicKind = 'facility/*/contacts';
const nowhere: Loaded = {
  path: undefined,
  topicKind,
  decide: () => {
    throw new Error('there is nothing to decide about');
  },
  writes: () => [],
};

/** Who is asked for counts, the links they get, and what is said through those. */
export const countLinksStore: ContextStore = {
  module: countLinksModule,
  prepare: (command) =>
    parseOr(parseCountLinkCommand, command, (parsed) => ({
      load: (context: StoreContext) => load(context, parsed),
    })),
  project: (events) => {
    throw new Error(
      `no other context sends links, yet one said ${events.map(({ type }) => type).join(', ')}`,
    );
  },
  snapshot: (context, _kind, id = '') => snapshot(context, id),
  async due(relay) {
    const rows = await relay`
      select org_id as org, id as link, version from carewall.count_links
      where live_until <= clock_timestamp() order by live_until limit 200`;
    return z
      .array(z.object({ org: z.string(), link: z.string(), version: z.int() }))
      .parse(rows)
      .map(({ org, link, version }) => ({ org, type: 'link.expire', data: { link }, expect: version }));
  },
};

function load(context: StoreContext, command: CountLinkCommand): Promise<Loaded> {
  switch (command.type) {
    case 'contact.add':
      return loadAdd(context, command);
    case 'contact.remove':
      return loadRemove(context, command);
    case 'contact.change':
    case 'link.send':
      return loadContact(context, command);
    case 'link.submit':
      return loadSubmit(context, command);
    default:
      return loadStep(context, command);
  }
}

async function loadAdd(context: StoreContext, command: CountLinkCommandOf<'contact.add'>): Promise<Loaded> {
  const { facility, contact } = command.data;
  const [place, contacts, other] = await Promise.all([
    pathOfFacility(context, facility),
    lockContacts(context, { facility }),
    pathOfContact(context, contact),
  ]);
  const known = { facility, contacts, taken: other !== undefined };
  return {
    path: place?.path,
    topicKind,
    decide: (decision) => decideAdd(known, command, decision),
    writes: (events) => countLinkWrites(events, contacts),
  };
}

async function loadRemove(
  context: StoreContext,
  { data }: CountLinkCommandOf<'contact.remove'>,
): Promise<Loaded> {
  const { facility } = data;
  const [place, contacts] = await Promise.all([
    pathOfFacility(context, facility),
    lockContacts(context, { facility }),
  ]);
  const contact = contacts.find(({ id }) => id === data.contact);
  return {
    path: place?.path,
    topicKind,
    ...(contact === undefined ? {} : { version: contact.version }),
    decide: () => decideRemove(facility, contact),
    writes: (events) => countLinkWrites(events, contacts),
  };
}

async function loadContact(
  context: StoreContext,
  command: CountLinkCommandOf<'contact.change' | 'link.send'>,
): Promise<Loaded> {
  const id = command.data.contact;
  const [place, contacts, link] = await Promise.all([
    pathOfContact(context, id),
    lockContacts(context, { contact: id }),
    lockNewestLink(context, id),
  ]);
  const contact = contacts.find((one) => one.id === id);
  if (place === undefined || contact === undefined) return nowhere;
  const known = { facility: place.facility, contacts, contact, link };
  return {
    path: place.path,
    topicKind,
    // Of what is sent, that of the newest link: of two that ask at once, one has an effect.
    version: command.type === 'link.send' ? (link?.version ?? 0) : contact.version,
    decide: (decision: DecisionContext) =>
      command.type === 'contact.change'
        ? decideChange(known, command, decision)
        : decideSend(known, command, decision),
    writes: (events) => countLinkWrites(events, contacts),
  };
}

async function loadStep(
  context: StoreContext,
  command: CountLinkCommandOf<'link.withdraw' | 'link.settle' | 'link.open' | 'link.expire'>,
): Promise<Loaded> {
  const [place, link] = await Promise.all([
    pathOfLink(context, command.data.link),
    lockLink(context, command.data.link),
  ]);
  if (place === undefined || link === undefined) return nowhere;
  return {
    path: place.path,
    topicKind,
    version: link.version,
    decide: (decision) => decideStep({ facility: place.facility, link }, command, decision),
    writes: (events) => countLinkWrites(events, []),
  };
}

async function loadSubmit(
  context: StoreContext,
  command: CountLinkCommandOf<'link.submit'>,
): Promise<Loaded> {
  const { link: id, levels: said } = command.data;
  const [place, link, contacts] = await Promise.all([
    pathOfLink(context, id),
    lockLink(context, id),
    contactsBesideLink(context, id),
  ]);
  if (place === undefined || link === undefined) return nowhere;
  const { facility, path } = place;
  const levels = await readLevels(
    context,
    facility,
    said.map(({ level }) => level),
  );
  return {
    path,
    topicKind,
    version: link.version,
    decide: (decision) => decideSubmit({ facility, link, levels }, command, decision),
    writes: (events) =>
      countLinkWrites(
        events.filter(({ type }) => !isAvailabilityMoved(type)),
        contacts,
      ),
  };
}

async function snapshot({ org, connection }: StoreContext, facility: string): Promise<Tagged | undefined> {
  const [places, contacts, links] = await Promise.all([
    connection`
      select name from carewall.places where org_id = ${org} and id = ${facility} and kind = 'facility'`.execute(),
    connection`
      select id as key, entity from carewall.count_contacts
      where org_id = ${org} and facility = ${facility} order by id`.execute(),
    connection`
      select distinct on (contact) contact as key, entity from carewall.count_links
      where org_id = ${org} and contact in (
        select id from carewall.count_contacts where org_id = ${org} and facility = ${facility}
      ) order by contact, created_at desc, id`.execute(),
  ]);
  const [place] = z.array(z.object({ name: z.string() })).parse(places);
  if (place === undefined) return undefined;
  const value = {
    facility: { id: facility, name: place.name },
    contacts: byKey(contacts),
    links: byKey(links),
  };
  return { schema: facilityContactsSchema, value };
}

function byKey(rows: unknown): Record<string, unknown> {
  const parsed = z.array(z.object({ key: z.string(), entity: z.unknown() })).parse(rows);
  return Object.fromEntries(parsed.map(({ key, entity }) => [key, entity]));
}
