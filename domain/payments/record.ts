import { type Issue, type Refusal, refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import { noteToPayer, type PaymentPlace, paymentsTopic } from './decide.ts';
import { type PaymentTold, toldType } from './events.ts';
import { tellPayment } from './evolve.ts';
import type { GatewayEvent } from './gateway-event.ts';
import { type Movement, movementId, movementOf } from './ledger.ts';
import type { Payment, PaymentRequest } from './schema.ts';
import { type Fact, paymentTransitions } from './transitions.ts';

/** The most that a gateway may tell of one payment; it is all kept with it. */
const mostTold = 100;

/** The feed by which a gateway of an organisation is known. No two organisations have the same. */
export function gatewayFeed(org: string, gateway: string): string {
  return `${org}.${gateway}`;
}

/**
 * Records what a gateway says became of a payment. What it has said before changes nothing; what comes late is kept and
 * moves no status; what cannot be is refused, for somebody to look at.
 */
export function decideRecord(place: PaymentPlace, event: GatewayEvent, context: DecisionContext): Decision {
  const { payment, org } = place;
  const { now, by } = context;
  if (by.kind === 'feed' && by.id !== gatewayFeed(org, payment.gateway)) {
    return reject(refuse('forbidden', 'this payment is with another gateway'));
  }
  if (payment.told.some(({ id }) => id === event.id)) return accept([]);
  if (payment.told.length >= mostTold) {
    return reject(refuse('conflict', 'more was told of this payment than is kept'));
  }
  const contradiction = contradictionOf(payment, event);
  if (contradiction !== undefined) return reject(contradiction);
  const known = payment.movements.some(({ id }) => id === movementId(event));
  const refunded = payment.refunded + (event.kind === 'refunded' && !known ? event.amount : 0);
  const outcome = known ? 'late' : paymentTransitions[payment.status][factOf(event, refunded, payment)];
  if (outcome === 'impossible') {
    return reject(impossible(`a payment that is ${payment.status} cannot become ${event.kind}`, 'kind'));
  }
  const movement = known ? undefined : movementOf(event);
  const answered = answeredBy(payment.requested, event);
  const restored: Payment | undefined = place.listed
    ? undefined
    : { ...payment, version: payment.version + 1, asOf: now, source: by };
  const before = restored ?? payment;
  const told: PaymentTold = {
    payment: payment.id,
    version: before.version + 1,
    asOf: now,
    source: by,
    from: payment.status,
    to: outcome === 'late' ? payment.status : outcome,
    told: toldOf(event, now),
    ...(movement === undefined ? {} : { movement }),
    ...(refunded === payment.refunded ? {} : { refunded: { from: payment.refunded, to: refunded } }),
    ...(answered === undefined ? {} : { answered }),
  };
  const topic = paymentsTopic(org);
  const events: NewEvent[] = [{ topic, type: toldType(event.kind), data: told }];
  if (restored !== undefined)
    events.unshift({ topic, type: 'payment.restored', data: { payment: restored } });
  if (told.to === told.from && told.refunded === undefined) return accept(events);
  return accept([...events, ...noteToPayer({ ...place, payment: tellPayment(before, told) })]);
}

function toldOf(event: GatewayEvent, heardAt: string): PaymentTold['told'] {
  const { id, kind, at } = event;
  return {
    id,
    kind,
    at,
    heardAt,
    ...('amount' in event ? { amount: event.amount } : {}),
    ...('reason' in event ? { reason: event.reason } : {}),
  };
}

function factOf(event: GatewayEvent, refunded: number, { amount }: Payment): Fact {
  if (event.kind !== 'refunded') return event.kind;
  return refunded < amount ? 'refunded_in_part' : 'refunded_in_full';
}

/** What an event says that cannot be so of this payment. */
function contradictionOf(payment: Payment, event: GatewayEvent): Refusal | undefined {
  if (!('amount' in event)) return undefined;
  if (event.currency !== payment.currency) {
    return impossible('the payment is in another currency', 'currency');
  }
  if (event.kind !== 'refunded') {
    return event.amount === payment.amount
      ? undefined
      : impossible('the payment is of another amount', 'amount');
  }
  const known = payment.movements.find((movement) => movement.id === movementId(event));
  if (known !== undefined) return sameRefund(known, event.amount);
  return payment.refunded + event.amount > payment.amount
    ? impossible('more would be given back than was paid', 'amount')
    : undefined;
}

function sameRefund(known: Movement, amount: number): Refusal | undefined {
  return known.amount === amount ? undefined : impossible('this refund was of another amount', 'amount');
}

function impossible(message: string, field: string): Refusal {
  const issue: Issue = { path: `data.event.${field}`, message };
  return refuse('conflict', message, [issue]);
}

/** The request that an event answers: by doing it, by declining it, or by what makes it pointless. */
function answeredBy(requested: PaymentRequest | undefined, event: GatewayEvent): PaymentRequest | undefined {
  if (requested === undefined) return undefined;
  if (event.kind === 'declined') return event.request === requested.id ? requested : undefined;
  if (requested.what === 'refund') {
    return event.kind === 'refunded' && event.refund === requested.id ? requested : undefined;
  }
  return requested.what === 'initiate' || event.kind !== 'authorized' ? requested : undefined;
}
