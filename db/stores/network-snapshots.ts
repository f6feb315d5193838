import { z } from 'zod';
import { networkAvailabilitySchema, regionAvailabilitySchema } from '#domain/network/schema.ts';
import type { StoreContext } from '../store.ts';
import type { Tagged } from '../vault.ts';
import { readDerivedItems } from './derived-items.ts';

export const networkTopic = 'network/availability';

/** The name of the topic on which a region's availability stands. */
export function regionTopic(region: string): string {
  return `region/${region}/availability`;
}

const placesSchema = z.array(z.object({ id: z.string(), name: z.string() }));
const facilitiesSchema = z.array(z.object({ id: z.string(), entity: z.unknown() }));
/** What of a network or a region is told as a whole. */
export const wholeKinds = ['turnaround', 'trend'] as const;

/** The state of the network, as its rows have it: who reads it parses it, once. Sends its queries before it first waits. */
export async function networkSnapshot(context: StoreContext): Promise<Tagged | undefined> {
  const { org, connection } = context;
  const [organisations, facilities, wholes] = await Promise.all([
    connection`select id, name from carewall.organisations where id = ${org}`.execute(),
    connection`
      select id, entity from carewall.derived_items
      where org_id = ${org} and topic = ${networkTopic} and kind = 'facility' order by id`.execute(),
    wholeOf(context, networkTopic),
  ]);
  const [organisation] = placesSchema.parse(organisations);
  if (organisation === undefined) return undefined;
  return {
    schema: networkAvailabilitySchema,
    value: { organisation, facilities: byId(facilities), ...wholes },
  };
}

/**
 * The state of a region: its facilities as the network has them, told of in the same transaction. Sends its queries before
 * it first waits.
 */
export async function regionSnapshot(context: StoreContext, id: string): Promise<Tagged | undefined> {
  const { org, connection } = context;
  const [regions, facilities, wholes] = await Promise.all([
    connection`select id, name from carewall.places where org_id = ${org} and id = ${id} and kind = 'region'`.execute(),
    connection`
      select d.id, d.entity from carewall.places p
      join carewall.derived_items d on d.org_id = p.org_id and d.topic = ${networkTopic} and d.kind = 'facility' and d.id = p.id
      where p.org_id = ${org} and p.parent = ${id} and p.kind = 'facility' order by d.id`.execute(),
    wholeOf(context, regionTopic(id)),
  ]);
  const [region] = placesSchema.parse(regions);
  if (region === undefined) return undefined;
  return { schema: regionAvailabilitySchema, value: { region, facilities: byId(facilities), ...wholes } };
}

function byId(rows: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(facilitiesSchema.parse(rows).map(({ id, entity }) => [id, entity]));
}

async function wholeOf(context: StoreContext, topic: string): Promise<Record<string, unknown>> {
  const items = await readDerivedItems(context, [topic], { kinds: wholeKinds });
  return Object.fromEntries(items.map(({ kind, entity }) => [kind, entity]));
}
