import { type PaymentStatus, paymentStatuses } from '#domain/payments/gateway-event.ts';

/** What of the payments is shown, as the address says it. */
export interface PaymentView {
  readonly payment?: string;
  readonly show?: PaymentStatus;
}

/** Reads the view from an address; what makes no sense there is left out. */
export function readPaymentView(search: Readonly<Record<string, unknown>>): PaymentView {
  const show = paymentStatuses.find((one) => one === search.show);
  const payment = search.payment;
  return {
    ...(typeof payment === 'string' || typeof payment === 'number' ? { payment: String(payment) } : {}),
    ...(show === undefined ? {} : { show }),
  };
}
