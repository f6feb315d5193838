import { defineModule, evolveOf } from '../module.ts';
import { paymentRights } from './access.ts';
import { paymentCommands } from './commands.ts';
import { paymentEvents } from './events.ts';
import { evolvePayments } from './evolve.ts';
import { paymentsSchema } from './schema.ts';

/** Payments: people ask the gateway, the gateway tells what became of them. */
export const paymentsModule = defineModule({
  name: 'payments',
  rights: paymentRights,
  commands: paymentCommands,
  events: paymentEvents,
  topics: [
    {
      kind: 'org/*/payments',
      summary: 'The payments of an organisation that are under way or have just come to an end',
      state: paymentsSchema,
      views: [{ name: 'full', right: 'payments.read' }],
      evolve: evolveOf(paymentsSchema, evolvePayments),
      beginning: (later) => ({ ...paymentsSchema.parse(later), gateways: {}, payments: {} }),
    },
  ],
});
