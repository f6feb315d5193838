import type { Feed } from '#db/feeds.ts';
import type { Hl7Source } from '../hl7/sources.ts';

/** A configured feed as the door of HL7 v2 knows it, by MSH-3 and MSH-4. */
export function sourceOf(feed: Feed & Pick<Hl7Source, 'application' | 'facility'>): Hl7Source {
  const { id, org, timezone, application, facility } = feed;
  return { id, org, facilityCode: feed.facilityCode ?? facility, timezone, application, facility };
}
