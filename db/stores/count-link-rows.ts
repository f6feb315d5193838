import { z } from 'zod';
import { type Contact, contactSchema, type Link, linkSchema } from '#domain/count-links/schema.ts';
import type { StoreContext } from '../store.ts';

const placesSchema = z.array(z.object({ facility: z.string(), path: z.array(z.string()) }));
export type FacilityPath = z.infer<typeof placesSchema>[number];

/** Where a facility lies. Sends its query before it first waits. */
export async function pathOfFacility(
  { org, connection }: StoreContext,
  facility: string,
): Promise<FacilityPath | undefined> {
  const rows = await connection`
    select id as facility, path from carewall.places
    where org_id = ${org} and id = ${facility} and kind = 'facility'`.execute();
  return placesSchema.parse(rows)[0];
}

/** Where the facility of a contact lies. Sends its query before it first waits. */
export async function pathOfContact(
  { org, connection }: StoreContext,
  contact: string,
): Promise<FacilityPath | undefined> {
  const rows = await connection`
    select p.id as facility, p.path from carewall.count_contacts c
    join carewall.places p on p.org_id = c.org_id and p.id = c.facility
    where c.org_id = ${org} and c.id = ${contact}`.execute();
  return placesSchema.parse(rows)[0];
}

/** Where the facility of a link lies. Sends its query before it first waits. */
export async function pathOfLink(
  { org, connection }: StoreContext,
  link: string,
): Promise<FacilityPath | undefined> {
  const rows = await connection`
    select p.id as facility, p.path from carewall.count_links l
    join carewall.places p on p.org_id = l.org_id and p.id = l.facility
    where l.org_id = ${org} and l.id = ${link}`.execute();
  return placesSchema.parse(rows)[0];
}

const contactsSchema = z.array(z.object({ entity: contactSchema }));
const linksSchema = z.array(z.object({ entity: linkSchema }));

/** Contacts of a facility, or of that of one of its contacts, locked. Sends its query before it first waits. */
export async function lockContacts(
  { org, connection }: StoreContext,
  of: { facility: string } | { contact: string },
): Promise<Contact[]> {
  const rows =
    'facility' in of
      ? await connection`
          select entity from carewall.count_contacts where org_id = ${org} and facility = ${of.facility}
          order by id for update`.execute()
      : await connection`
          select entity from carewall.count_contacts where org_id = ${org} and facility = (
            select facility from carewall.count_contacts where org_id = ${org} and id = ${of.contact}
          ) order by id for update`.execute();
  return contactsSchema.parse(rows).map(({ entity }) => entity);
}

/** The newest link of a contact, locked. Sends its query before it first waits. */
export async function lockNewestLink(
  { org, connection }: StoreContext,
  contact: string,
): Promise<Link | undefined> {
  const rows = await connection`
    select entity from carewall.count_links where org_id = ${org} and contact = ${contact}
    order by created_at desc, id limit 1 for update`.execute();
  return linksSchema.parse(rows)[0]?.entity;
}

/** A link, locked. Sends its query before it first waits. */
export async function lockLink({ org, connection }: StoreContext, link: string): Promise<Link | undefined> {
  const rows = await connection`
    select entity from carewall.count_links where org_id = ${org} and id = ${link} for update`.execute();
  return linksSchema.parse(rows)[0]?.entity;
}

/** Whom a facility has asked, as they are reached. Sends its query before it first waits. */
export async function contactsBesideLink(
  { org, connection }: StoreContext,
  link: string,
): Promise<Contact[]> {
  const rows = await connection`
    select entity from carewall.count_contacts where org_id = ${org} and facility = (
      select facility from carewall.count_links where org_id = ${org} and id = ${link}
    ) order by id`.execute();
  return contactsSchema.parse(rows).map(({ entity }) => entity);
}
