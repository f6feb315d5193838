import type { Holder } from '../identity/roles.ts';

/** Who may see and do what with payments. What became of one is only ever told by its gateway. */
export const paymentRights = {
  'payments.read': ['accountant', 'admin'],
  'payments.initiate': ['accountant', 'receptionist', 'admin', 'system'],
  'payments.manage': ['accountant', 'admin'],
  'payments.configure': ['admin', 'system'],
  'payments.record': ['system', 'feed'],
  'payments.archive': ['system'],
} as const satisfies Record<string, readonly Holder[]>;

export type PaymentRight = keyof typeof paymentRights;
