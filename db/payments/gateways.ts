import { z } from 'zod';
import { gatewaySchema } from '#domain/payments/schema.ts';
import type { Database } from '../connect.ts';
import { gatewaySecretSchema } from '../stores/payment-writes.ts';
import { snapshotOf } from '../transaction.ts';
import type { Vault } from '../vault.ts';

/** A gateway with what it signs with. */
export interface KnownGateway {
  readonly org: string;
  readonly id: string;
  readonly name: string;
  readonly secret: string;
}

/** The gateway that an address names, as `<organisation>.<gateway>`; nothing for one that is unknown or disabled. */
export async function findGateway(
  { relay, app, vault }: { relay: Database; app: Database; vault: Vault },
  source: string,
): Promise<KnownGateway | undefined> {
  const [feed] = z.array(z.object({ org: z.string(), gateway: z.string() })).parse(
    await relay`
        select org_id as org, facility as gateway from carewall.feeds
        where id = ${source} and application like 'webhook:%' and disabled_at is null`,
  );
  if (feed === undefined) return undefined;
  const { org, gateway } = feed;
  const rows = await snapshotOf(app, org, (connection) =>
    connection`
      select entity, secret from carewall.payment_gateways where org_id = ${org} and id = ${gateway}`.execute(),
  );
  const [row] = z.array(z.object({ entity: gatewaySchema, secret: z.unknown() })).parse(rows);
  if (row === undefined) return undefined;
  const [opened] = await vault.open(org, [{ schema: gatewaySecretSchema, value: row.secret }]);
  const { secret } = gatewaySecretSchema.parse(opened);
  return secret === undefined ? undefined : { org, id: gateway, name: row.entity.name, secret };
}
