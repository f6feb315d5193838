import type { Payment, PaymentRequest } from '#domain/payments/schema.ts';
import type { Translate } from '../language/catalogue.ts';
import type { MoneyText } from './money-text.ts';

/** What was asked of the gateway, in words. */
export function askedText(
  t: Translate,
  money: MoneyText,
  { amount, currency }: Pick<Payment, 'amount' | 'currency'>,
  { what, amount: asked }: PaymentRequest,
): string {
  if (what === 'refund') return t('payments.asked-refund', { amount: money(asked ?? amount, currency) });
  return t(`payments.asked-${what}`);
}
