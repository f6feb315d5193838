import { z } from 'zod';
import type { StoreContext, Write } from '../store.ts';

/** Where something that a derived topic shows stands: its topic, what kind of thing it is, and which of them. */
export interface ItemPlace {
  readonly topic: string;
  readonly kind: string;
  readonly id: string;
}

/** Something that a derived topic shows, as its row holds it. */
export interface DerivedItem extends ItemPlace {
  readonly entity: unknown;
}

const itemsSchema = z.array(
  z.object({ topic: z.string(), kind: z.string(), id: z.string(), entity: z.unknown() }),
);

/** What some derived topics show: all of it, or of some kinds, or some ids. Sends its query before it first waits. */
export async function readDerivedItems(
  { org, connection }: StoreContext,
  topics: readonly string[],
  { kinds, ids }: { readonly kinds?: readonly string[]; readonly ids?: readonly string[] } = {},
): Promise<DerivedItem[]> {
  return itemsSchema.parse(
    await connection`
      select topic, kind, id, entity from carewall.derived_items
      where org_id = ${org} and topic = any(${[...topics]}::text[])
        ${kinds === undefined ? connection`` : connection`and kind = any(${[...kinds]}::text[])`}
        ${ids === undefined ? connection`` : connection`and id = any(${[...ids]}::text[])`}
      order by topic, kind, id`.execute(),
  );
}

/** Items apart by their topics. */
export function itemsByTopic(items: readonly DerivedItem[]): ReadonlyMap<string, readonly DerivedItem[]> {
  const byTopic = new Map<string, DerivedItem[]>();
  for (const item of items) {
    const others = byTopic.get(item.topic);
    if (others === undefined) byTopic.set(item.topic, [item]);
    else others.push(item);
  }
  return byTopic;
}

/** The one item of a kind at a topic, parsed, if there is one. */
export function oneItem<Entity>(
  items: readonly DerivedItem[],
  at: { readonly topic: string; readonly kind: string; readonly id?: string },
  schema: z.ZodType<Entity>,
): Entity | undefined {
  const found = items.find(
    ({ topic, kind, id }) => topic === at.topic && kind === at.kind && (at.id === undefined || id === at.id),
  );
  return found && schema.parse(found.entity);
}

/** Every item of a kind at a topic, parsed, by its id. */
export function itemsById<Entity>(
  items: readonly DerivedItem[],
  at: { readonly topic: string; readonly kind: string },
  schema: z.ZodType<Entity>,
): Record<string, Entity> {
  return Object.fromEntries(
    items
      .filter(({ topic, kind }) => topic === at.topic && kind === at.kind)
      .map(({ id, entity }) => [id, schema.parse(entity)]),
  );
}

/** An item as it is from now on. */
export interface ItemNow<Entity> {
  readonly at: ItemPlace;
  readonly entity: Entity;
}

/** The rows of items as they are from now on, all of one schema, in one query; none for no item. */
export function writeItems<Entity extends { readonly version: number }>(
  schema: z.ZodType<Entity>,
  items: readonly ItemNow<Entity>[],
): Write[] {
  if (items.length === 0) return [];
  const places = items.map(({ at }) => at);
  return [
    {
      schema: z.array(schema),
      value: items.map(({ entity }) => entity),
      save: async ({ org, connection }, sealed) =>
        connection`
          insert into carewall.derived_items (org_id, topic, kind, id, version, entity)
          select ${org}, p.topic, p.kind, p.id, (e.entity ->> 'version')::int, e.entity
          from jsonb_array_elements(${connection.json(sealed)}) with ordinality as e(entity, n)
          join unnest(
            ${places.map(({ topic }) => topic)}::text[], ${places.map(({ kind }) => kind)}::text[],
            ${places.map(({ id }) => id)}::text[]
          ) with ordinality as p(topic, kind, id, n) using (n)
          on conflict (org_id, topic, kind, id) do update
            set version = excluded.version, entity = excluded.entity`.execute(),
    },
  ];
}
