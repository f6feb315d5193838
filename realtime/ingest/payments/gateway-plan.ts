import { createHash } from 'node:crypto';
import type { Asked } from '#db/payments/outbox.ts';
import { instantOf, millis } from '#domain/instant.ts';
import type { GatewayEvent, GatewayNotice } from '#domain/payments/gateway-event.ts';
import { createRandom } from '../demo/random.ts';

/** Something that a simulated gateway will tell, so long after it was asked. */
export interface PlannedNotice {
  readonly notice: GatewayNotice;
  /** When it is sent, in thousandths of the longest that the gateway takes; it may be sent more than once. */
  readonly sentAt: readonly number[];
}

/** How a payment goes at this gateway. It keeps no books: the payment's id alone says it, on every node and for ever. */
type Course = 'fails' | 'holds' | 'takes' | 'disputes';

/** The gateway's fee: 1.4 percent, in whole minor units. */
export function feeOf(amount: number): number {
  return Math.floor((amount * 14) / 1000);
}

/**
 * Everything that a simulated gateway tells of what it is asked: late, some of it twice, in no order. Asked the same
 * again it tells the same, to the letter.
 */
export function planOf(asked: Asked): PlannedNotice[] {
  const { payment, request, currency, amount } = asked;
  const random = createRandom(seedOf(`${payment} ${request} ${asked.at}`));
  const course = courseOf(payment);
  return eventsOf(asked, course).map((event, index) => {
    const id = eventId(`${payment} ${request} ${asked.at} ${index} ${event.kind}`);
    // The moment is when it happened at the gateway, in order; when it is sent is another matter.
    const at = instantOf(millis(asked.at) + (index + 1) * 50);
    const sentAt = [random.between(66, 1000), ...(random.chance(0.3) ? [random.between(66, 1000)] : [])];
    return { notice: { payment, event: withHead(event, { id, at, currency, amount }) }, sentAt };
  });
}

type Planned =
  | { readonly kind: 'authorized' }
  | { readonly kind: 'captured' }
  | { readonly kind: 'settled' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'disputed'; readonly reason: string }
  | { readonly kind: 'refunded'; readonly refund: string }
  | { readonly kind: 'declined'; readonly request: string; readonly reason: string };

function eventsOf({ what, request }: Asked, course: Course): Planned[] {
  const taken: Planned[] = [{ kind: 'captured' }, { kind: 'settled' }];
  switch (what) {
    case 'initiate':
      if (course === 'fails') return [{ kind: 'failed', reason: 'insufficient_funds' }];
      if (course === 'holds') return [{ kind: 'authorized' }];
      return [
        { kind: 'authorized' },
        ...taken,
        ...(course === 'disputes' ? [{ kind: 'disputed', reason: 'not_recognised' } as const] : []),
      ];
    case 'capture':
      return course === 'holds' ? taken : [{ kind: 'declined', request, reason: 'already_taken' }];
    case 'cancel':
      return course === 'holds'
        ? [{ kind: 'cancelled' }]
        : [{ kind: 'declined', request, reason: 'too_late' }];
    case 'refund':
      return [{ kind: 'refunded', refund: request }];
    default:
      return what satisfies never;
  }
}

function withHead(
  event: Planned,
  { id, at, currency, amount }: { id: string; at: string; currency: string; amount: number },
): GatewayEvent {
  switch (event.kind) {
    case 'authorized':
    case 'captured':
    case 'refunded':
      return { id, at, ...event, amount, currency };
    case 'settled':
      return { id, at, ...event, amount, currency, fee: feeOf(amount) };
    default:
      return { id, at, ...event };
  }
}

function courseOf(payment: string): Course {
  const luck = createRandom(seedOf(payment)).next();
  if (luck < 0.1) return 'fails';
  if (luck < 0.45) return 'holds';
  return luck < 0.95 ? 'takes' : 'disputes';
}

function seedOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}

function eventId(text: string): string {
  return `evt_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}
