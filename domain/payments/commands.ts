import { z } from 'zod';
import type { CommandDefinition } from '../module.ts';
import { phi, pseudonym } from '../phi.ts';
import { idSchema } from '../topic.ts';
import type { PaymentRight } from './access.ts';
import { gatewayNoticeSchema } from './gateway-event.ts';
import { amountSchema, currencySchema } from './money.ts';

const payment = idSchema;

const initiate = (id: string) => ({
  type: 'payment.initiate',
  data: { payment: id, amount: 12_500, currency: 'USD', description: 'Follow-up' },
});
const told = (id: string, kind: 'authorized' | 'captured') => ({
  type: 'payment.record-gateway-event',
  data: {
    payment: id,
    event: {
      id: `ev-${id}-${kind}`,
      kind,
      at: '2026-03-01T08:00:00.000Z',
      amount: 12_500,
      currency: 'USD',
    },
  },
});

/** Each command about payments: what its data is, which right it asks for, an example. */
const definitions = {
  'payment.initiate': {
    summary: 'Ask the gateway for a payment',
    right: 'payments.initiate',
    data: z.strictObject({
      payment,
      amount: amountSchema,
      currency: currencySchema,
      description: phi(z.string().trim().min(1).max(200)),
      /** The account of whoever pays: it is told to them. */
      payer: pseudonym(),
      appointment: pseudonym(),
    }),
    example: {
      data: {
        payment: 'example-initiate',
        amount: 350_000,
        currency: 'VND',
        description: 'X-ray of the left hand',
        payer: 'demo-patient',
      },
    },
  },
  'payment.capture': {
    summary: 'Ask the gateway to take what was authorized',
    right: 'payments.manage',
    data: z.strictObject({ payment }),
    example: {
      given: [initiate('example-capture'), told('example-capture', 'authorized')],
      data: { payment: 'example-capture' },
    },
  },
  'payment.cancel': {
    summary: 'Ask the gateway to let a payment go that has not been taken',
    right: 'payments.manage',
    data: z.strictObject({ payment }),
    example: { given: [initiate('example-cancel')], data: { payment: 'example-cancel' } },
  },
  'payment.refund': {
    summary: 'Ask the gateway to give back some or all of what was taken',
    right: 'payments.manage',
    data: z.strictObject({ payment, refund: idSchema, amount: amountSchema }),
    example: {
      given: [initiate('example-refund'), told('example-refund', 'captured')],
      data: { payment: 'example-refund', refund: 'example-refund-1', amount: 2_500 },
    },
  },
  'payment.record-gateway-event': {
    summary: 'A gateway says what became of a payment',
    right: 'payments.record',
    data: gatewayNoticeSchema,
    example: {
      given: [initiate('example-told')],
      data: told('example-told', 'authorized').data,
    },
  },
  'payment.archive': {
    summary: 'Take a payment off the list whose time there is over; it stays in the records',
    right: 'payments.archive',
    data: z.strictObject({ payment }),
    example: { given: [initiate('example-archive')], data: { payment: 'example-archive' } },
  },
  'payment.configure-gateway': {
    summary: 'Name a gateway and the secret it signs with, or change them',
    right: 'payments.configure',
    data: z.strictObject({
      gateway: idSchema,
      name: z.string().trim().min(1).max(60),
      secret: z.string().min(16).max(200),
    }),
    example: {
      data: { gateway: 'example-gateway', name: 'Example Pay', secret: 'an-example-is-no-secret' },
    },
  },
} as const satisfies Record<string, Omit<CommandDefinition, 'type'> & { readonly right: PaymentRight }>;

export type PaymentCommandType = keyof typeof definitions;

const paymentCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('payment.initiate'), data: definitions['payment.initiate'].data }),
  z.object({ type: z.literal('payment.capture'), data: definitions['payment.capture'].data }),
  z.object({ type: z.literal('payment.cancel'), data: definitions['payment.cancel'].data }),
  z.object({ type: z.literal('payment.refund'), data: definitions['payment.refund'].data }),
  z.object({
    type: z.literal('payment.record-gateway-event'),
    data: definitions['payment.record-gateway-event'].data,
  }),
  z.object({ type: z.literal('payment.archive'), data: definitions['payment.archive'].data }),
  z.object({
    type: z.literal('payment.configure-gateway'),
    data: definitions['payment.configure-gateway'].data,
  }),
]);

/** A parsed command of this context: its type with the data that belongs to it. */
export type PaymentCommand = z.infer<typeof paymentCommandSchema>;
/** One type of command with its data. */
export type PaymentCommandOf<T extends PaymentCommandType> = Extract<PaymentCommand, { type: T }>;

export const paymentCommands: readonly CommandDefinition[] = Object.entries(definitions).map(
  ([type, definition]) => ({ type, ...definition }),
);

/** The command as one of this context's. Raises a ZodError for any other. */
export function parsePaymentCommand(command: { type: string; data: unknown }): PaymentCommand {
  return paymentCommandSchema.parse(command);
}
