import { z } from 'zod';
import type { StoreContext, Write } from '../store.ts';

/** Something that a derived topic shows, as its row holds it. */
export interface DerivedItem {
  readonly topic: string;
  readonly kind: string;
  readonly id: string;
  readonly entity: unknown;
}

const itemsSchema = z.array(
  z.object({ topic: z.string(), kind: z.string(), id: z.string(), entity: z.unknown() }),
);

/** All that some derived topics show. Sends its query before it first waits. */
export async function readDerivedItems(
  { org, connection }: StoreContext,
  topics: readonly string[],
): Promise<DerivedItem[]> {
  return itemsSchema.parse(
    await connection`
      select topic, kind, id, entity from carewall.derived_items
      where org_id = ${org} and topic = any(${[...topics]}::text[]) order by topic, kind, id`.execute(),
  );
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

/** The row of an item as it is from now on. */
export function writeItem(
  { topic, kind, id }: Omit<DerivedItem, 'entity'>,
  schema: z.ZodType,
  entity: { readonly version: number },
): Write {
  return {
    schema,
    value: entity,
    save: async ({ org, connection }, sealed) =>
      connection`
        insert into carewall.derived_items (org_id, topic, kind, id, version, entity)
        values (${org}, ${topic}, ${kind}, ${id}, ${entity.version}, ${connection.json(sealed)})
        on conflict (org_id, topic, kind, id) do update
          set version = excluded.version, entity = excluded.entity`.execute(),
  };
}
