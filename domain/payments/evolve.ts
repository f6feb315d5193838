import type { TopicEvent } from '../module.ts';
import {
  gatewayConfiguredSchema,
  isTold,
  type PaymentTold,
  paymentArchivedSchema,
  paymentListedSchema,
  paymentRequestedSchema,
  paymentToldSchema,
} from './events.ts';
import type { Payment, PaymentRequest, Payments, Told } from './schema.ts';

/** The payments of an organisation after an event of their topic. What concerns none of them gives the same object back. */
export function evolvePayments(state: Payments, event: TopicEvent): Payments {
  const { type, data } = event;
  if (type === 'payment.initiated' || type === 'payment.restored') {
    const { payment } = paymentListedSchema.parse(data);
    return { ...state, payments: { ...state.payments, [payment.id]: payment } };
  }
  if (type === 'payment.gateway-configured') {
    const { gateway } = gatewayConfiguredSchema.parse(data);
    return { ...state, gateways: { ...state.gateways, [gateway.id]: gateway } };
  }
  if (type === 'payment.archived') {
    const { [paymentArchivedSchema.parse(data).payment]: _archived, ...payments } = state.payments;
    return { ...state, payments };
  }
  if (type === 'payment.requested') {
    const requested = paymentRequestedSchema.parse(data);
    return changed(state, requested.payment, (payment) => requestPayment(payment, requested));
  }
  if (!isTold(type)) return state;
  const told = paymentToldSchema.parse(data);
  return changed(state, told.payment, (payment) => tellPayment(payment, told));
}

function changed(state: Payments, id: string, change: (payment: Payment) => Payment): Payments {
  const payment = state.payments[id];
  if (payment === undefined) return state;
  return { ...state, payments: { ...state.payments, [id]: change(payment) } };
}

/** The payment after something was asked of the gateway. */
export function requestPayment(
  payment: Payment,
  { version, asOf, source, to }: Pick<Payment, 'version' | 'asOf' | 'source'> & { to: PaymentRequest },
): Payment {
  return { ...payment, requested: to, version, asOf, source };
}

/** The payment after its gateway told something of it. */
export function tellPayment(payment: Payment, told: PaymentTold): Payment {
  const { version, asOf, source, to, movement, refunded, answered } = told;
  const next: Payment = {
    ...payment,
    status: to,
    told: [...payment.told, told.told].sort(byTime),
    version,
    asOf,
    source,
  };
  if (movement !== undefined) {
    next.movements = [...payment.movements, movement].sort((a, b) =>
      byTime({ at: a.at, id: a.toldBy }, { at: b.at, id: b.toldBy }),
    );
  }
  if (refunded !== undefined) next.refunded = refunded.to;
  if (answered !== undefined) delete next.requested;
  return next;
}

/** In the order in which it happened, however late it was heard. */
function byTime(a: Pick<Told, 'at' | 'id'>, b: Pick<Told, 'at' | 'id'>): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
