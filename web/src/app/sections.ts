import { emergencyRights } from '#domain/emergency/access.ts';
import { networkRights } from '#domain/network/access.ts';
import type { User } from '#domain/people/schema.ts';
import type { TopicList } from '#domain/protocol.ts';
import { departmentsOf } from '../appointments/departments.ts';
import { feedsPlace } from '../feeds/feeds-place.ts';
import type { MessageKey, Translate } from '../language/catalogue.ts';
import type { SignedIn } from '../live/live.ts';
import { attestingFacilitiesOf } from '../network/attesting-facilities.ts';
import { paymentsPlace } from '../payments/payments-place.ts';
import { facilitiesOf } from '../places/places.ts';
import { consentPlace, privacyTopic } from '../privacy/privacy-place.ts';
import { securityPlace } from '../security/security-place.ts';

/** What decides what the application has for somebody. */
export interface Seen {
  readonly who: SignedIn;
  /** The topics they may see, as far as it is known. */
  readonly topics: TopicList['topics'];
  /** What concerns them alone, once it is there. */
  readonly own: User | undefined;
}

/** A page that somebody may go to. */
export interface Destination {
  readonly href: string;
  readonly label: string;
  /** What it is part of. */
  readonly within?: string;
}

/** How much in a part of the application waits for whoever looks. */
export interface Waiting {
  readonly count: number;
  /** Whether somebody must act on some of it. */
  readonly urgent: boolean;
  readonly label: string;
}

/** One part of the application, as navigation and command palette have it. */
export interface Section {
  readonly name: Extract<MessageKey, `nav.${string}`>;
  readonly href: string;
  /** Where it stands instead of among the others: with what administrators do, or with what is one's own. */
  readonly among?: 'administration' | 'own';
  /** Whether there is anything in it for them. */
  readonly isFor: (seen: Seen) => boolean;
  /** The pages inside it that have a name of their own. */
  readonly destinations?: (seen: Seen, t: Translate) => Destination[];
  readonly waiting?: (seen: Seen, t: Translate) => Waiting | undefined;
}

/** Every part of the application, in the order of the navigation. */
export const sections: readonly Section[] = [
  {
    name: 'nav.network',
    href: '/network',
    isFor: ({ topics }) =>
      topics.some(({ topic }) => /^(network|facility\/[^/]+)\/availability$/.test(topic)),
    destinations: ({ topics, who }, t) =>
      attestingFacilitiesOf(topics)
        .filter(({ path }) => mayAttest(who, path))
        .map(({ id, name }) => ({
          href: `/facilities/${id}/update`,
          label: t('palette.update-of', { facility: name }),
        })),
  },
  {
    name: 'nav.units',
    href: '/',
    isFor: ({ topics, who }) => facilitiesOf(topics).length > 0 || !isPatient(who),
    destinations: ({ topics }) =>
      facilitiesOf(topics).flatMap(({ name, units }) =>
        units.map((unit) => ({ href: `/units/${unit.id}/beds`, label: unit.name, within: name })),
      ),
  },
  {
    name: 'nav.walls',
    href: '/wall',
    isFor: ({ topics }) => facilitiesOf(topics).length > 0,
    destinations: ({ topics }, t) =>
      facilitiesOf(topics).map(({ id, name }) => ({
        href: `/wall/${id}`,
        label: t('palette.wall-of', { facility: name }),
      })),
  },
  {
    name: 'nav.appointments',
    href: '/departments',
    isFor: ({ topics }) => departmentsOf(topics).length > 0,
    destinations: ({ topics }, t) =>
      departmentsOf(topics).map(({ id, name, facility }) => ({
        href: `/departments/${id}/day`,
        label: t('palette.day-of', { department: name }),
        within: facility,
      })),
  },
  {
    name: 'nav.messages',
    href: '/messages',
    isFor: ({ who, topics, own }) =>
      topics.some(({ topic }) => topic === `org/${who.org}/directory`) ||
      Object.keys(own?.conversation ?? {}).length > 0,
    waiting({ own }, t) {
      const conversations = Object.values(own?.conversation ?? {});
      const count = conversations.reduce((sum, { unread }) => sum + unread, 0);
      return {
        count,
        urgent: conversations.some(({ unacknowledged }) => unacknowledged > 0),
        label: t('messages.waiting', { count }),
      };
    },
  },
  {
    name: 'nav.payments',
    href: '/payments',
    isFor: ({ topics }) => paymentsPlace(topics) !== undefined,
  },
  {
    name: 'nav.feeds',
    href: '/sources',
    isFor: ({ topics }) => feedsPlace(topics) !== undefined,
  },
  {
    name: 'nav.privacy',
    href: '/admin/privacy',
    among: 'administration',
    isFor: ({ topics, who }) => privacyTopic(topics) !== undefined || consentPlace(who) !== undefined,
  },
  {
    name: 'nav.my-privacy',
    href: '/me/privacy',
    among: 'own',
    isFor: () => true,
  },
  {
    name: 'nav.displays',
    href: '/admin/walls',
    among: 'administration',
    isFor: ({ topics }) => topics.some(({ topic }) => /^org\/[^/]+\/walls$/.test(topic)),
  },
  {
    name: 'nav.emergency',
    href: '/emergency',
    isFor: ({ who }) => who.grants.some(({ role }) => breakers.includes(role)),
  },
  {
    name: 'nav.reviews',
    href: '/admin/reviews',
    among: 'administration',
    isFor: ({ topics }) => topics.some(({ topic }) => /^org\/[^/]+\/reviews$/.test(topic)),
  },
  {
    name: 'nav.security',
    href: '/admin/security',
    among: 'administration',
    isFor: ({ topics }) => securityPlace(topics) !== undefined,
  },
  {
    // Whoever is shown what the audit tells of may look into it.
    name: 'nav.audit',
    href: '/admin/audit',
    among: 'administration',
    isFor: ({ topics }) => securityPlace(topics) !== undefined,
  },
  {
    name: 'nav.people',
    href: '/admin/people',
    among: 'administration',
    isFor: ({ topics }) => administersPeople(topics),
    destinations: (_seen, t) => [{ href: '/admin/requests', label: t('nav.requests') }],
  },
  {
    name: 'nav.me',
    href: '/me',
    isFor: ({ who, own }) => isPatient(who) || Object.keys({ ...own?.booking, ...own?.payment }).length > 0,
  },
];

/** By the table of rights alone: the context's commands are not loaded with the navigation. */
function mayAttest({ grants }: SignedIn, path: readonly string[]): boolean {
  const holders: readonly string[] = networkRights['availability.attest'];
  return grants.some(({ role, place }) => holders.includes(role) && path.includes(place));
}

/** Who may see patients in an emergency where they have no role. */
const breakers: readonly string[] = emergencyRights['emergency.break'];
function administersPeople(topics: Seen['topics']): boolean {
  return topics.some(({ topic }) => /^(org|facility)\/[^/]+\/people$/.test(topic));
}

function isPatient(who: SignedIn): boolean {
  return who.grants.some(({ role }) => role === 'patient');
}
