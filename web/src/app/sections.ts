import type { TopicList } from '#domain/protocol.ts';
import type { MessageKey, Translate } from '../language/catalogue.ts';
import { paymentsPlace } from '../payments/payments-place.ts';
import { facilitiesOf } from '../places/places.ts';

type Topics = TopicList['topics'];

/** A page that somebody may go to. */
export interface Destination {
  readonly href: string;
  readonly label: string;
  /** What it is part of. */
  readonly within?: string;
}

/** One part of the application, as navigation and command palette have it. */
export interface Section {
  readonly name: Extract<MessageKey, `nav.${string}`>;
  readonly href: string;
  /** Whether there is anything in it for somebody who may see these topics. */
  readonly isFor: (topics: Topics) => boolean;
  /** The pages inside it that have a name of their own. */
  readonly destinations: (topics: Topics, t: Translate) => Destination[];
}

/** Every part of the application, in the order of the navigation. */
export const sections: readonly Section[] = [
  {
    name: 'nav.units',
    href: '/',
    isFor: () => true,
    destinations: (topics) =>
      facilitiesOf(topics).flatMap(({ name, units }) =>
        units.map((unit) => ({ href: `/units/${unit.id}/beds`, label: unit.name, within: name })),
      ),
  },
  {
    name: 'nav.walls',
    href: '/wall',
    isFor: (topics) => facilitiesOf(topics).length > 0,
    destinations: (topics, t) =>
      facilitiesOf(topics).map(({ id, name }) => ({
        href: `/wall/${id}`,
        label: t('palette.wall-of', { facility: name }),
      })),
  },
  {
    name: 'nav.payments',
    href: '/payments',
    isFor: (topics) => paymentsPlace(topics) !== undefined,
    destinations: () => [],
  },
];
