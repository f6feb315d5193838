import { v7 as uuidv7 } from 'uuid';
import type { CommandRunner } from '#db/command-runner.ts';
import { demoOrganisation } from '#db/demo/demo-network.ts';
import type { PaymentOnList } from '#db/payments/listed.ts';
import type { PaymentStatus } from '#domain/payments/gateway-event.ts';
import { createRandom } from '../demo/random.ts';
import { waited } from './simulated-gateway.ts';

export interface DemoPaymentsOptions {
  readonly commands: CommandRunner;
  /** What is on the list, longest unchanged first. */
  readonly listed: () => Promise<PaymentOnList[]>;
  readonly onFault: (error: unknown) => void;
}

/** The most that a demo keeps on the list. From then on each new one takes the place of an old one, and seldom. */
const mostListed = 40;
const firstEveryMs = 2_000;
const first = 12;
const thenEveryMs = 20_000;
const atLastEveryMs = 300_000;

const ended: ReadonlySet<PaymentStatus> = new Set(['settled', 'failed', 'cancelled', 'refunded']);

const services = [
  ['Follow-up visit', 350_000, 'VND'],
  ['X-ray of the chest', 480_000, 'VND'],
  ['Blood count', 165_000, 'VND'],
  ['Ultrasound of the abdomen', 620_000, 'VND'],
  ['Physiotherapy, six sessions', 2_400_000, 'VND'],
  ['Single room, per night', 1_900_000, 'VND'],
  ['Specialist consultation', 12_500, 'USD'],
  ['Day surgery, deposit', 85_000, 'USD'],
  ['Travel medicine', 9_800, 'EUR'],
] as const;

/** Begins a payment now and then, at the hospital’s desk, so that a demo has some of every kind and never too many. */
export function startDemoPayments({ commands, listed, onFault }: DemoPaymentsOptions): {
  stop(): Promise<void>;
} {
  const random = createRandom(20_260_301);
  const stopping = new AbortController();
  const org = demoOrganisation.id;
  const actor = {
    principal: { kind: 'system' as const, id: 'demo-desk', org, name: 'Cash desk' },
    session: undefined,
  };

  async function begin(number: number): Promise<void> {
    const [description, amount, currency] = random.pick(services);
    // The first few are the demo patient's own, and the same at every start.
    const own = number <= 6;
    const payment = own ? `demo-own-${number}` : `demo-${uuidv7()}`;
    await commands.run(actor, {
      id: uuidv7(),
      type: 'payment.initiate',
      data: { payment, amount, currency, description, ...(own ? { payer: 'demo-patient' } : {}) },
    });
  }

  /** Gives how long to wait until the next. */
  async function turn(): Promise<number> {
    const before = await listed();
    if (before.length >= mostListed) {
      const oldest = before.find(({ status }) => ended.has(status));
      if (oldest === undefined) return atLastEveryMs;
      await commands.run(actor, {
        id: uuidv7(),
        type: 'payment.archive',
        data: { payment: oldest.id },
        expect: oldest.version,
      });
    }
    await begin(before.length + 1);
    if (before.length < first) return firstEveryMs;
    return before.length < mostListed ? thenEveryMs : atLastEveryMs;
  }

  async function run(): Promise<void> {
    let waitMs = firstEveryMs;
    while (await waited(waitMs, stopping.signal)) {
      waitMs = await turn().catch((error: unknown) => {
        onFault(error);
        return thenEveryMs;
      });
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
