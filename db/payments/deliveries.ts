import { createHash } from 'node:crypto';
import { z } from 'zod';
import { phi, subject } from '#domain/phi.ts';
import type { Database } from '../connect.ts';
import { toJson } from '../json.ts';
import { gatewaySubject } from '../stores/payment-writes.ts';
import { atLeisureInOrganisation, inOrganisation } from '../transaction.ts';
import type { Vault } from '../vault.ts';

/** One thing that a gateway told, by the gateway's own id of it. */
export interface DeliveryKey {
  readonly org: string;
  readonly gateway: string;
  readonly eventId: string;
}

const bodySchema = z.object({ subject: subject(), body: phi(z.string()) });

/**
 * Stores what a gateway told, sealed; committed when it resolves. `known`: it was told before, in the same words;
 * `other`: something else was told under this id.
 */
export async function storeDelivery(
  { app, vault }: { app: Database; vault: Vault },
  { org, gateway, eventId }: DeliveryKey,
  body: string,
): Promise<'stored' | 'known' | 'other'> {
  const hash = createHash('sha256').update(body).digest();
  const value = { subject: gatewaySubject(gateway), body };
  const [sealed] = await vault.seal(org, [{ schema: bodySchema, value }]);
  const [made, [row]] = await inOrganisation(
    app,
    org,
    async () => undefined,
    async () => ({
      commit: async (connection) =>
        Promise.all([
          connection`
            insert into carewall.payment_deliveries (org_id, gateway, event_id, body_hash, body)
            values (${org}, ${gateway}, ${eventId}, ${hash}, ${connection.json(toJson(sealed))})
            on conflict do nothing returning event_id`.execute(),
          // A statement of its own: it sees what another node has committed while this one waited for it.
          connection`
            select body_hash = ${hash} as same from carewall.payment_deliveries
            where org_id = ${org} and gateway = ${gateway} and event_id = ${eventId}`.execute(),
        ]),
    }),
  );
  if (made.length > 0) return 'stored';
  return z.object({ same: z.boolean() }).parse(row).same ? 'known' : 'other';
}

/** The organisations for which something waits to be applied now. */
export async function organisationsWaiting(relay: Database): Promise<string[]> {
  const rows = await relay`
    select distinct org_id as org from carewall.payment_deliveries
    where status = 'stored' and wait_until <= clock_timestamp()`;
  return z
    .array(z.object({ org: z.string() }))
    .parse(rows)
    .map(({ org }) => org);
}

/** A delivery that this node applies. Its body is gone where the key it was sealed with is. */
export interface TakenDelivery extends DeliveryKey {
  readonly gatewayName: string;
  readonly attempts: number;
  readonly body: string | undefined;
}

const takenSchema = z.array(
  z.object({
    gateway: z.string(),
    event_id: z.string(),
    gateway_name: z.string(),
    attempts: z.int(),
    body: z.unknown(),
  }),
);

/**
 * Takes what waits for an organisation, oldest first, for so long: other nodes leave it alone until then. Whoever dies
 * with it lets it be taken again.
 */
export async function takeDeliveries(
  { app, vault }: { app: Database; vault: Vault },
  org: string,
  { leaseMs, limit }: { leaseMs: number; limit: number },
): Promise<TakenDelivery[]> {
  const rows = await atLeisureInOrganisation(
    app,
    org,
    (connection) => connection`
      with waiting as (
        select w.org_id, w.gateway, w.event_id from carewall.payment_deliveries w
        where w.org_id = ${org} and w.status = 'stored' and w.wait_until <= clock_timestamp()
        order by w.received_at limit ${limit} for update skip locked
      )
      update carewall.payment_deliveries d
      set wait_until = clock_timestamp() + ${`${leaseMs} milliseconds`}::interval, attempts = d.attempts + 1
      from waiting w join carewall.payment_gateways g on g.org_id = w.org_id and g.id = w.gateway
      where d.org_id = w.org_id and d.gateway = w.gateway and d.event_id = w.event_id
      returning d.gateway, d.event_id, g.entity ->> 'name' as gateway_name, d.attempts, d.body`,
  );
  const taken = takenSchema.parse(rows);
  const opened = await vault.open(
    org,
    taken.map(({ body }) => ({ schema: bodySchema, value: body })),
  );
  return taken.map(({ gateway, event_id, gateway_name, attempts }, index) => ({
    org,
    gateway,
    eventId: event_id,
    gatewayName: gateway_name,
    attempts,
    body: bodySchema.parse(opened[index]).body,
  }));
}

/** Marks a delivery as done with: applied, or put aside with the reason why it cannot be. */
export async function endDelivery(
  app: Database,
  { org, gateway, eventId }: DeliveryKey,
  end: { readonly status: 'applied' } | { readonly status: 'quarantined'; readonly reason: string },
): Promise<void> {
  const reason = end.status === 'quarantined' ? end.reason : null;
  await atLeisureInOrganisation(
    app,
    org,
    (connection) => connection`
      update carewall.payment_deliveries
      set status = ${end.status}, reason = ${reason}, ended_at = clock_timestamp()
      where org_id = ${org} and gateway = ${gateway} and event_id = ${eventId} and status = 'stored'`,
  );
}

/** Lets a delivery be taken again after a while. */
export async function postponeDelivery(
  app: Database,
  { org, gateway, eventId }: DeliveryKey,
  forMs: number,
): Promise<void> {
  await atLeisureInOrganisation(
    app,
    org,
    (connection) => connection`
      update carewall.payment_deliveries
      set wait_until = clock_timestamp() + ${`${forMs} milliseconds`}::interval
      where org_id = ${org} and gateway = ${gateway} and event_id = ${eventId} and status = 'stored'`,
  );
}

/** Forgets what was applied a month ago: by then no gateway sends it again. What was put aside stays. */
export async function forgetOldDeliveries(app: Database, org: string): Promise<void> {
  await atLeisureInOrganisation(
    app,
    org,
    (connection) => connection`
      delete from carewall.payment_deliveries
      where org_id = ${org} and status = 'applied' and ended_at < clock_timestamp() - interval '30 days'`,
  );
}
