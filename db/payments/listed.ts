import { z } from 'zod';
import { paymentStatusSchema } from '#domain/payments/gateway-event.ts';
import type { Database } from '../connect.ts';
import { snapshotOf } from '../transaction.ts';

const listedSchema = z.object({ id: z.string(), status: paymentStatusSchema, version: z.int() });

/** A payment on the list, without what it is about. */
export type PaymentOnList = z.infer<typeof listedSchema>;

/** The payments on an organisation's list, longest unchanged first. */
export async function listedPayments(app: Database, org: string): Promise<PaymentOnList[]> {
  const rows = await snapshotOf(app, org, (connection) =>
    connection`
      select id, status, version from carewall.payments
      where org_id = ${org} and listed order by entity ->> 'asOf', id`.execute(),
  );
  return z.array(listedSchema).parse(rows);
}
