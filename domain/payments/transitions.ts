import type { PaymentStatus } from './gateway-event.ts';

/*
 *   initiated ──► authorized ──► captured ──► settled ──► partially_refunded ──► disputed ──► refunded
 *        │             │                                  (each may also be jumped to from any before it)
 *        └─────────────┴──► failed, cancelled
 */

/** What a gateway can tell, a refund by whether anything is left after it. */
export const facts = [
  'authorized',
  'captured',
  'settled',
  'refunded_in_part',
  'disputed',
  'refunded_in_full',
  'failed',
  'cancelled',
  'declined',
] as const;
export type Fact = (typeof facts)[number];

/**
 * What a fact makes of a payment: where it goes; `late`, where it is past that already and stays as it is; or
 * `impossible`, where gateway and payment contradict each other and somebody must look.
 */
export type FactOutcome = PaymentStatus | 'late' | 'impossible';

const open = {
  captured: 'captured',
  settled: 'settled',
  refunded_in_part: 'partially_refunded',
  disputed: 'disputed',
  refunded_in_full: 'refunded',
  failed: 'failed',
  cancelled: 'cancelled',
  declined: 'late',
} as const;
const taken = {
  authorized: 'late',
  captured: 'late',
  failed: 'impossible',
  cancelled: 'impossible',
  declined: 'late',
} as const;
const never = {
  authorized: 'late',
  captured: 'impossible',
  settled: 'impossible',
  refunded_in_part: 'impossible',
  disputed: 'impossible',
  refunded_in_full: 'impossible',
  declined: 'late',
} as const;

/** Every status with everything that a gateway can tell. Nothing in it goes back, so the order of telling does not matter. */
export const paymentTransitions: Readonly<Record<PaymentStatus, Readonly<Record<Fact, FactOutcome>>>> = {
  initiated: { ...open, authorized: 'authorized' },
  authorized: { ...open, authorized: 'late' },
  captured: {
    ...taken,
    settled: 'settled',
    refunded_in_part: 'partially_refunded',
    disputed: 'disputed',
    refunded_in_full: 'refunded',
  },
  settled: {
    ...taken,
    settled: 'late',
    refunded_in_part: 'partially_refunded',
    disputed: 'disputed',
    refunded_in_full: 'refunded',
  },
  partially_refunded: {
    ...taken,
    settled: 'late',
    refunded_in_part: 'partially_refunded',
    disputed: 'disputed',
    refunded_in_full: 'refunded',
  },
  // A dispute that is lost comes as the refund of what is left.
  disputed: {
    ...taken,
    settled: 'late',
    refunded_in_part: 'late',
    disputed: 'late',
    refunded_in_full: 'refunded',
  },
  refunded: {
    ...taken,
    settled: 'late',
    refunded_in_part: 'impossible',
    disputed: 'late',
    refunded_in_full: 'impossible',
  },
  failed: { ...never, failed: 'late', cancelled: 'impossible' },
  cancelled: { ...never, failed: 'impossible', cancelled: 'late' },
};

/** What people may ask the gateway for, and of a payment in which status. */
export const requestable = {
  capture: ['authorized'],
  cancel: ['initiated', 'authorized'],
  refund: ['captured', 'settled', 'partially_refunded', 'disputed'],
} as const satisfies Record<string, readonly PaymentStatus[]>;

/** How many days after its last change a payment leaves the list. What waits for somebody stays for long. */
export const daysOnList: Readonly<Record<PaymentStatus, number>> = {
  initiated: 120,
  authorized: 120,
  captured: 120,
  disputed: 120,
  settled: 7,
  partially_refunded: 7,
  refunded: 7,
  failed: 7,
  cancelled: 7,
};
