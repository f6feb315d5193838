import { z } from 'zod';
import { instantOf } from '#domain/instant.ts';
import type { Database } from '../connect.ts';
import { atLeisureInOrganisation } from '../transaction.ts';

const askedSchema = z.object({
  payment: z.string(),
  request: z.string(),
  what: z.enum(['initiate', 'capture', 'cancel', 'refund']),
  amount: z.int(),
  currency: z.string(),
  at: z.date().transform((date) => instantOf(date.getTime())),
});

/** What a gateway is asked for. The same payment and request are the same again, however often it is asked. */
export type Asked = z.output<typeof askedSchema>;

/** Takes what a gateway is to be asked for, oldest first, for so long: other nodes leave it alone until then. */
export async function takeAsked(
  app: Database,
  { org, gateway }: { org: string; gateway: string },
  { leaseMs, limit }: { leaseMs: number; limit: number },
): Promise<Asked[]> {
  const rows = await atLeisureInOrganisation(
    app,
    org,
    (connection) => connection`
      with waiting as (
        select w.org_id, w.payment, w.request from carewall.payment_outbox w
        where w.org_id = ${org} and w.gateway = ${gateway} and w.leased_until <= clock_timestamp()
        order by w.at limit ${limit} for update skip locked
      )
      update carewall.payment_outbox o
      set leased_until = clock_timestamp() + ${`${leaseMs} milliseconds`}::interval
      from waiting w where o.org_id = w.org_id and o.payment = w.payment and o.request = w.request
      returning o.payment, o.request, o.what, o.amount, o.currency, o.at`,
  );
  return z.array(askedSchema).parse(rows);
}

/** The gateway has taken it: it need not be asked again. */
export async function forgetAsked(
  app: Database,
  org: string,
  { payment, request, at }: Pick<Asked, 'payment' | 'request' | 'at'>,
): Promise<void> {
  await atLeisureInOrganisation(
    app,
    org,
    (connection) => connection`
      delete from carewall.payment_outbox
      where org_id = ${org} and payment = ${payment} and request = ${request} and at = ${at}`,
  );
}
