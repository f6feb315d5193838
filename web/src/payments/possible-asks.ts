import { type Grant, grantSchema, type PlacePath } from '#domain/identity/principal.ts';
import { commandDefinition, mayAct } from '#domain/modules.ts';
import { decideAsk } from '#domain/payments/decide.ts';
import type { Payment } from '#domain/payments/schema.ts';
import type { SignedIn } from '../live/live.ts';

/** What somebody may ask the gateway for. */
export type Ask = 'capture' | 'cancel' | 'refund';

const asks = ['capture', 'cancel', 'refund'] as const;

/**
 * What the person can ask of a payment as it is now. The rules are the server's own, asked with a probe for each, so that
 * nothing is offered that would be refused.
 */
export function possibleAsks(
  payment: Payment,
  { grants, path, now }: { grants: SignedIn['grants']; path: PlacePath; now: string },
): Ask[] {
  // A role that this version does not know gives nothing here.
  const known: Grant[] = grants.flatMap((grant) => grantSchema.safeParse(grant).data ?? []);
  const place = { org: path[0] ?? '', payment, listed: true, payerKnown: false };
  const context = {
    now,
    by: { kind: 'person', id: 'probe', name: 'probe' } as const,
    newId: () => 'probe',
  };
  return asks.filter((ask) => {
    const right = commandDefinition(`payment.${ask}`)?.right;
    if (right === undefined || !mayAct(known, right, path)) return false;
    const data = { payment: payment.id };
    const command =
      ask === 'refund'
        ? ({ type: 'payment.refund', data: { ...data, refund: 'probe', amount: 1 } } as const)
        : ({ type: `payment.${ask}`, data } as const);
    return decideAsk(place, command, context).ok;
  });
}
