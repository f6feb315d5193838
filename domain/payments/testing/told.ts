import type { Decision, DecisionContext } from '../../module.ts';
import { decideInitiate, type PaymentPlace } from '../decide.ts';
import { evolvePayments } from '../evolve.ts';
import type { GatewayEvent } from '../gateway-event.ts';
import { decideRecord } from '../record.ts';
import type { Payment, Payments } from '../schema.ts';

export const at = (minute: number) => `2026-03-01T08:${String(minute).padStart(2, '0')}:00.000Z`;
const gatewaySource = { kind: 'feed', id: 'org.pay', name: 'Pay' } as const;
export const person = { kind: 'person', id: 'p', name: 'P' } as const;
export const context = (by: DecisionContext['by'] = gatewaySource): DecisionContext => ({
  now: at(59),
  by,
  newId: () => 'id',
});
export const currency = 'USD';

/** A payment that was just asked for. */
export function begun(amount: number): Payment {
  const decision = decideInitiate(
    { org: 'org', taken: false, gateway: 'pay', payer: undefined, subject: 's' },
    { type: 'payment.initiate', data: { payment: 'p', amount, currency, description: 'X' } },
    context(person),
  );
  return folded(empty, decision).payments.p ?? fail();
}
const fail = (): never => {
  throw new Error('not there');
};
export const empty: Payments = { organisation: { id: 'org', name: 'Org' }, gateways: {}, payments: {} };

/** The payments after a decision. Raises an Error for one that refuses. */
export function folded(state: Payments, decision: Decision): Payments {
  if (!decision.ok) throw new Error(decision.refusal.message);
  return decision.events.reduce(evolvePayments, state);
}
export const placeOf = (payment: Payment): PaymentPlace => ({
  org: 'org',
  payment,
  listed: true,
  payerKnown: false,
});

/** The payment after what a gateway told, and what of it was refused. */
export function told(
  payment: Payment,
  events: readonly GatewayEvent[],
): { payment: Payment; refused: string[] } {
  let state: Payments = { ...empty, payments: { p: payment } };
  const refused: string[] = [];
  for (const event of events) {
    const decision = decideRecord(placeOf(state.payments.p ?? fail()), event, context());
    if (decision.ok) state = folded(state, decision);
    else refused.push(event.id);
  }
  return { payment: state.payments.p ?? fail(), refused };
}
