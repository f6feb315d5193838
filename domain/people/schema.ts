import { z } from 'zod';
import { roleSchema } from '../identity/roles.ts';
import { instantSchema } from '../instant.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import { ownBookingSchema } from './own-booking.ts';
import { ownConversationSchema } from './own-conversation.ts';
import { ownEmergencySchema } from './own-emergency.ts';
import { ownPaymentSchema } from './own-payment.ts';

/** What concerns one person, by kind. Each item has an id of its own among its kind. */
export const ownItems = {
  booking: ownBookingSchema,
  payment: ownPaymentSchema,
  conversation: ownConversationSchema,
  emergency: ownEmergencySchema,
} as const;
export type OwnKind = keyof typeof ownItems;
export const ownKindSchema = z.enum(['booking', 'payment', 'conversation', 'emergency']);

export const userSchema = z.object({
  user: z.object({ id: idSchema, name: z.string() }),
  booking: z.record(z.string(), ownBookingSchema),
  payment: z.record(z.string(), ownPaymentSchema),
  conversation: z.record(z.string(), ownConversationSchema),
  emergency: z.record(z.string(), ownEmergencySchema),
});
export type User = z.infer<typeof userSchema>;

/** Somebody one may write to or name as an owner. Patients are in no directory. */
export const personSchema = z.object({
  id: idSchema,
  name: z.string(),
  roles: z.array(roleSchema),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type Person = z.infer<typeof personSchema>;

export const directorySchema = z.object({
  organisation: z.object({ id: idSchema, name: z.string() }),
  people: z.record(z.string(), personSchema),
});
export type Directory = z.infer<typeof directorySchema>;
