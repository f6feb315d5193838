import { mark } from './identity.mjs';

/**
 * The work of an accountant: asks for payments, for what is held to be taken, for money to be given back. What the
 * gateway will have to tell of it is given to `gateway`, which tells it late, twice and out of order.
 * @param {{ name: string, random: import('./random.mjs').Random, gateway: import('./gateway.mjs').Gateway }} options
 */
export function createPaymentWork({ name, random, gateway }) {
  let count = 0;
  /** @type {{ id: string, amount: number, left: number, currency: string, isHeld: boolean, isOver: boolean }[]} */
  const payments = [];

  const tell = (payment, events, expected) => {
    const money = { amount: payment.amount, currency: payment.currency };
    for (const event of events)
      gateway.tell({ payment: payment.id, event: { ...money, ...event } }, expected);
  };
  const settled = (payment) => ({ kind: 'settled', fee: Math.floor(payment.amount / 70) });

  /** What becomes of a new payment at the gateway. */
  function begin(payment) {
    payments.push(payment);
    const drawn = random.next();
    if (drawn < 0.5) {
      payment.isHeld = true;
      return tell(payment, [{ kind: 'authorized' }]);
    }
    if (drawn < 0.85) {
      // The same fact under another id is no second one.
      const again = random.chance(0.2) ? [{ kind: 'captured' }] : [];
      return tell(payment, [{ kind: 'authorized' }, { kind: 'captured' }, settled(payment), ...again]);
    }
    payment.isOver = true;
    if (drawn < 0.93) return tell(payment, [{ kind: 'failed', reason: 'insufficient_funds' }]);
    // It cannot be both: whichever comes second is put aside.
    tell(payment, [{ kind: 'captured' }, { kind: 'cancelled' }], 'either');
    tell({ ...payment, id: `${payment.id}-nobody` }, [{ kind: 'captured' }], 'quarantined');
  }

  function initiate() {
    count += 1;
    const payment = {
      ...{ id: `${name}x${count}`, currency: random.pick(['USD', 'VND']), isHeld: false, isOver: false },
      amount: random.whole(500, 90_000),
    };
    const description = `${mark}D${name}x${count}`;
    const { id, amount, currency } = payment;
    return {
      type: 'payment.initiate',
      event: 'payment.initiated',
      data: {
        ...{ payment: id, amount, currency, description },
        ...(random.chance(0.5) ? { payer: 'demo-patient' } : {}),
      },
      words: description,
      names: id,
      done: (carriedOut) => carriedOut && begin({ ...payment, left: amount }),
    };
  }

  function ask(payment, type, data, onDone) {
    return {
      type,
      event: 'payment.requested',
      data: { payment: payment.id, ...data },
      names: payment.id,
      done: (carriedOut) => carriedOut && onDone(),
    };
  }

  function draw() {
    const open = payments.filter(({ isOver }) => !isOver);
    if (open.length < 2 || random.chance(0.3)) return initiate();
    const payment = random.pick(open.slice(-8));
    const drawn = random.next();
    if (payment.isHeld && drawn < 0.6)
      return ask(payment, 'payment.capture', {}, () => {
        payment.isHeld = false;
        tell(payment, [{ kind: 'captured' }, settled(payment)]);
      });
    if (payment.isHeld && drawn < 0.8)
      return ask(payment, 'payment.cancel', {}, () => {
        payment.isOver = true;
        tell(payment, [{ kind: 'cancelled' }]);
      });
    count += 1;
    const refund = `r${count}`;
    const amount = random.chance(0.3) ? payment.left : Math.ceil(payment.left / 3);
    return ask(payment, 'payment.refund', { refund, amount }, () => {
      payment.left -= amount;
      payment.isOver = payment.left === 0;
      tell(payment, [{ kind: 'refunded', refund, amount }]);
    });
  }

  return {
    next: () => ({ ...draw(), topic: 'org/demo/payments', alsoOn: ['user/demo-patient'] }),
  };
}
