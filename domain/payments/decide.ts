import { refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import { notePayment } from '../people/events.ts';
import type { PaymentCommandOf } from './commands.ts';
import type { Gateway, Payment, PaymentRequest } from './schema.ts';
import { requestable } from './transitions.ts';

/** Where payments of an organisation are told. */
export function paymentsTopic(org: string): string {
  return `org/${org}/payments`;
}

/** What a decision about a payment that exists needs to know. */
export interface PaymentPlace {
  readonly org: string;
  readonly payment: Payment;
  /** Whether it is on the list, or only in the records. */
  readonly listed: boolean;
  /** Whether the account that pays is still there to be told. */
  readonly payerKnown: boolean;
}

/** What a decision about a payment that does not exist yet needs to know. */
export interface NewPaymentPlace {
  readonly org: string;
  readonly taken: boolean;
  /** The gateway that payments go through, where one is configured. */
  readonly gateway: string | undefined;
  /** Who pays, by the account that the command names; nothing where there is no such account. */
  readonly payer: { readonly id: string; readonly name: string } | undefined;
  readonly subject: string;
}

/** Begins a payment: the gateway is asked for it. */
export function decideInitiate(
  place: NewPaymentPlace,
  { data }: PaymentCommandOf<'payment.initiate'>,
  context: DecisionContext,
): Decision {
  const { description } = data;
  if (description === undefined) {
    const issue = { path: 'data.description', message: 'is needed' };
    return reject(refuse('invalid', 'say what is paid for', [issue]));
  }
  if (place.taken) {
    const issue = { path: 'data.payment', message: 'is taken' };
    return reject(refuse('conflict', 'there is a payment of this id already', [issue]));
  }
  if (data.payer !== undefined && place.payer === undefined) {
    const issue = { path: 'data.payer', message: 'is no account' };
    return reject(refuse('invalid', 'there is no such payer', [issue]));
  }
  if (place.gateway === undefined) return reject(refuse('conflict', 'no gateway is configured'));
  const { now: at, by } = context;
  const payment: Payment = {
    id: data.payment,
    status: 'initiated',
    amount: data.amount,
    currency: data.currency,
    refunded: 0,
    gateway: place.gateway,
    initiatedAt: at,
    initiatedBy: by,
    requested: { id: 'initiate', what: 'initiate', at, by },
    told: [],
    movements: [],
    subject: place.subject,
    description,
    ...(place.payer === undefined ? {} : { payer: place.payer.id, payerName: place.payer.name }),
    ...(data.appointment === undefined ? {} : { appointment: data.appointment }),
    version: 1,
    asOf: at,
    source: by,
  };
  return accept([
    { topic: paymentsTopic(place.org), type: 'payment.initiated', data: { payment } },
    ...noteToPayer({ ...place, payment, payerKnown: true }),
  ]);
}

/** Asks the gateway for something; what comes of it is for the gateway to say. */
export function decideAsk(
  place: PaymentPlace,
  command: PaymentCommandOf<'payment.capture' | 'payment.cancel' | 'payment.refund'>,
  context: DecisionContext,
): Decision {
  const { payment } = place;
  const { now: at, by } = context;
  const what = whatOf[command.type];
  if (command.type === 'payment.refund' && command.data.amount > payment.amount) {
    const issue = { path: 'data.amount', message: 'is more than the payment' };
    return reject(refuse('invalid', 'no more can be given back than was paid', [issue]));
  }
  const from: readonly string[] = requestable[what];
  if (!from.includes(payment.status)) {
    return reject(refuse('conflict', `the payment is ${payment.status}`));
  }
  // What was begun may be called off before the gateway has answered; nothing else overtakes a request.
  const pending = payment.requested;
  if (pending !== undefined && !(what === 'cancel' && pending.what === 'initiate')) {
    return reject(refuse('conflict', `the gateway has yet to answer: ${pending.what}`));
  }
  if (command.type !== 'payment.refund')
    return accept([requested(place, { id: what, what, at, by }, context)]);
  const { refund: id, amount } = command.data;
  if (payment.movements.some((movement) => movement.id === `refund.${id}`)) {
    const issue = { path: 'data.refund', message: 'is taken' };
    return reject(refuse('conflict', 'there is a refund of this id already', [issue]));
  }
  if (amount > payment.amount - payment.refunded) {
    const issue = { path: 'data.amount', message: 'is more than is left' };
    return reject(refuse('conflict', 'less than that is left to give back', [issue]));
  }
  return accept([requested(place, { id, what, amount, at, by }, context)]);
}

const whatOf = {
  'payment.capture': 'capture',
  'payment.cancel': 'cancel',
  'payment.refund': 'refund',
} as const;

function requested(
  { org, payment }: PaymentPlace,
  to: PaymentRequest,
  { now, by }: DecisionContext,
): NewEvent {
  const data = {
    payment: payment.id,
    version: payment.version + 1,
    asOf: now,
    source: by,
    ...(payment.requested === undefined ? {} : { from: payment.requested }),
    to,
  };
  return { topic: paymentsTopic(org), type: 'payment.requested', data };
}

/** Takes a payment off the list. */
export function decideArchive(
  { org, payment, listed }: PaymentPlace,
  { now, by }: DecisionContext,
): Decision {
  if (!listed) return reject(refuse('conflict', 'the payment is off the list already'));
  const data = {
    payment: payment.id,
    version: payment.version + 1,
    asOf: now,
    source: by,
    from: payment.status,
  };
  return accept([{ topic: paymentsTopic(org), type: 'payment.archived', data }]);
}

/** Names a gateway, or changes what is said of it. */
export function decideConfigure(
  { org, gateway }: { readonly org: string; readonly gateway: Gateway | undefined },
  { data }: PaymentCommandOf<'payment.configure-gateway'>,
  { now, by }: DecisionContext,
): Decision {
  const next: Gateway = {
    id: data.gateway,
    name: data.name,
    version: (gateway?.version ?? 0) + 1,
    asOf: now,
    source: by,
  };
  return accept([{ topic: paymentsTopic(org), type: 'payment.gateway-configured', data: { gateway: next } }]);
}

/** Tells whoever pays how it stands, where they are there to be told. */
export function noteToPayer({
  payment,
  payerKnown,
}: Pick<PaymentPlace, 'payment' | 'payerKnown'>): NewEvent[] {
  const { id, amount, refunded, currency, status, subject, description, version, asOf, source } = payment;
  if (payment.payer === undefined || !payerKnown) return [];
  const item = { id, amount, refunded, currency, status, subject, description, version, asOf, source };
  return [notePayment(payment.payer, item)];
}
