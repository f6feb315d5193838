import type { NewEvent } from '../module.ts';
import type { Happening } from './events.ts';
import type { HeldRole, ItemKind, ItemOf, Key, Profile } from './schema.ts';

/** The topic of an organisation that lists its people. */
export function peopleTopic(org: string): string {
  return `org/${org}/people`;
}

interface Places {
  readonly roles?: readonly HeldRole[];
  readonly place?: Key['place'];
}

/** The facilities whose list an item stands in: those at or in which its roles are, or its place is. */
export function facilitiesOf({ roles = [], place }: Places): string[] {
  const places = [...roles.map((held) => held.place), ...(place === undefined ? [] : [place])];
  return [...new Set(places.flatMap(({ facility }) => facility ?? []))].sort();
}

/** An item as the list of one facility has it: with the roles in that facility alone; nothing where it is none of its. */
export function within<Item extends Places>(facility: string, item: Item): Item | undefined {
  if (item.roles === undefined) return item.place?.facility === facility ? item : undefined;
  const roles = item.roles.filter(({ place }) => place.facility === facility);
  return roles.length === 0 ? undefined : { ...item, roles };
}

/** Whether the lists show an item, or it has ended. */
export function isListed(item: { readonly status: string }): boolean {
  return ['active', 'disabled', 'pending', 'waiting'].includes(item.status);
}

/** Tells the organisation, and the facilities that it concerns or did, that an item has changed. */
export function tell<K extends ItemKind>(
  org: string,
  kind: K,
  what: Happening,
  { from, to }: { readonly from: ItemOf<K> | undefined; readonly to: ItemOf<K> },
): NewEvent[] {
  const { id } = to;
  const facilities = [...new Set([...(from === undefined ? [] : facilitiesOf(from)), ...facilitiesOf(to)])];
  return [
    {
      topic: peopleTopic(org),
      type: `people.${kind}-changed`,
      data: { id, what, ...(from === undefined ? {} : { from }), to },
    },
    ...facilities.sort().map((facility) => {
      const before = from && within(facility, from);
      const after = within(facility, to);
      return {
        topic: `facility/${facility}/people`,
        type: `facility-people.${kind}-changed`,
        data: {
          id,
          what,
          ...(before === undefined ? {} : { from: before }),
          ...(after === undefined ? {} : { to: after }),
        },
      };
    }),
  ];
}

/** Tells somebody of their own profile. */
export function tellProfile(from: Profile | undefined, to: Profile): NewEvent {
  return {
    topic: `user/${to.id}/profile`,
    type: 'profile.changed',
    data: { ...(from === undefined ? {} : { from }), to },
  };
}
