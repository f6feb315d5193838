import type { TopicEvent } from '../module.ts';
import { contactMovedSchema, isContactMoved, isLinkMoved, linkMovedSchema } from './events.ts';
import type { FacilityContacts } from './schema.ts';

/** A facility's contacts and the newest link of each after an event. */
export function evolveContacts(state: FacilityContacts, event: TopicEvent): FacilityContacts {
  if (isContactMoved(event.type)) {
    const { from, to } = contactMovedSchema.parse(event.data);
    if (to !== undefined) return { ...state, contacts: { ...state.contacts, [to.id]: to } };
    const { [from?.id ?? '']: _contact, ...contacts } = state.contacts;
    const { [from?.id ?? '']: _link, ...links } = state.links;
    return { ...state, contacts, links };
  }
  if (!isLinkMoved(event.type)) return state;
  const { to } = linkMovedSchema.parse(event.data);
  const newest = state.links[to.contact];
  // An older link that ended late takes no newer one's place.
  if (newest !== undefined && newest.id !== to.id && newest.createdAt > to.createdAt) return state;
  return { ...state, links: { ...state.links, [to.contact]: to } };
}
