import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { type GatewayEvent, gatewayEventIdSchema } from './gateway-event.ts';
import { amountSchema } from './money.ts';

/** Between whom money moves. */
export const ledgerAccountSchema = z.enum(['buyer', 'provider', 'platform', 'gateway']);
export type LedgerAccount = z.infer<typeof ledgerAccountSchema>;

/** One movement of money, as a double entry: what the accounts get and give, which comes to nothing in all. */
export const movementSchema = z.object({
  /** `capture`, `settlement`, or `refund.<id>`: the same movement told twice is one. */
  id: z.string().regex(/^(capture|settlement|refund\.[a-z0-9-]{1,64})$/),
  kind: z.enum(['capture', 'settlement', 'refund']),
  amount: amountSchema,
  at: instantSchema,
  toldBy: gatewayEventIdSchema,
  entries: z
    .array(z.object({ account: ledgerAccountSchema, amount: z.int() }))
    .min(2)
    .refine((entries) => entries.reduce((sum, { amount }) => sum + amount, 0) === 0, 'does not balance'),
});
export type Movement = z.infer<typeof movementSchema>;

/** What the platform keeps of what is paid, in hundredths of a percent. */
export const commissionBasisPoints = 150;

/** The platform's part of an amount: rounded down, in whole minor units. */
export function commissionOf(amount: number): number {
  return Number((BigInt(amount) * BigInt(commissionBasisPoints)) / 10_000n);
}

/** Which movement an event tells of, if it tells of one. */
export function movementId(event: GatewayEvent): string | undefined {
  if (event.kind === 'captured') return 'capture';
  if (event.kind === 'settled') return 'settlement';
  return event.kind === 'refunded' ? `refund.${event.refund}` : undefined;
}

/**
 * The movement that an event tells of. The commission falls due with the capture and the gateway's fee with the settlement;
 * a refund is borne by the provider, who gets neither back.
 */
export function movementOf(event: GatewayEvent): Movement | undefined {
  const id = movementId(event);
  const { at, id: toldBy } = event;
  if (id === undefined) return undefined;
  switch (event.kind) {
    case 'captured': {
      const commission = commissionOf(event.amount);
      const entries = entriesOf({
        buyer: -event.amount,
        provider: event.amount - commission,
        platform: commission,
      });
      return { id, kind: 'capture', amount: event.amount, at, toldBy, entries };
    }
    case 'settled':
      return event.fee === 0
        ? undefined
        : {
            id,
            kind: 'settlement',
            amount: event.fee,
            at,
            toldBy,
            entries: entriesOf({ provider: -event.fee, gateway: event.fee }),
          };
    case 'refunded':
      return {
        id,
        kind: 'refund',
        amount: event.amount,
        at,
        toldBy,
        entries: entriesOf({ buyer: event.amount, provider: -event.amount }),
      };
    default:
      return undefined;
  }
}

function entriesOf(amounts: Partial<Record<LedgerAccount, number>>): Movement['entries'] {
  return ledgerAccountSchema.options.flatMap((account) => {
    const amount = amounts[account] ?? 0;
    return amount === 0 ? [] : [{ account, amount }];
  });
}

/** What each account has of some movements. */
export function balancesOf(movements: readonly Movement[]): Record<LedgerAccount, number> {
  const balances = { buyer: 0, provider: 0, platform: 0, gateway: 0 };
  for (const { account, amount } of movements.flatMap(({ entries }) => entries)) balances[account] += amount;
  return balances;
}
