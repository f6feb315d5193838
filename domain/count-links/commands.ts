import { z } from 'zod';
import type { CommandDefinition } from '../module.ts';
import { levelOfCareSchema, levelsOfCare } from '../network/levels.ts';
import { bedCountSchema } from '../network/schema.ts';
import { idSchema } from '../topic.ts';
import type { CountLinkRight } from './access.ts';
import { contactNameSchema, languageSchema, reachedAtSchema } from './schema.ts';

const linkId = z.uuid().toLowerCase();

const contact = (id: string) => ({
  type: 'contact.add',
  data: {
    facility: 'rgh',
    contact: id,
    name: 'Bed office',
    language: 'en',
    reachedAt: { by: 'email', email: `${id}@riverside.example` },
  },
  as: 'provider' as const,
});
const sent = (id: string, link: string) => ({
  type: 'link.send',
  data: { contact: id, link },
  as: 'command_center' as const,
});
const exampleLink = (digit: number) => `01955010-0000-4000-8000-00000000000${digit}`;

/** What somebody who opened a link says of a level. `version` is that of the level as they saw it. */
const answeredLevelSchema = z.strictObject({
  level: levelOfCareSchema,
  version: z.int().min(1),
  available: bedCountSchema,
  /** As before where it is not said. */
  capacity: bedCountSchema.optional(),
});

export const answeredLevelsSchema = z
  .array(answeredLevelSchema)
  .min(1)
  .max(levelsOfCare.length)
  .refine((all) => new Set(all.map(({ level }) => level)).size === all.length, 'names a level twice');

/** Each command about who is asked for counts and the links they get. */
const definitions = {
  'contact.add': {
    summary: 'Say whom to ask for the counts of a facility',
    right: 'contacts.manage',
    data: z.strictObject({
      facility: idSchema,
      contact: idSchema,
      name: contactNameSchema,
      language: languageSchema,
      reachedAt: reachedAtSchema,
    }),
    example: { data: contact('bed-office').data, as: 'provider' },
  },
  'contact.change': {
    summary: 'Say how to ask them now',
    right: 'contacts.manage',
    data: z.strictObject({
      contact: idSchema,
      name: contactNameSchema.optional(),
      language: languageSchema.optional(),
      reachedAt: reachedAtSchema.optional(),
    }),
    example: {
      given: [contact('to-change')],
      data: { contact: 'to-change', language: 'vi', reachedAt: { by: 'phone', phone: '+84901234567' } },
      as: 'provider',
    },
  },
  'contact.remove': {
    summary: 'Ask them no more',
    right: 'contacts.manage',
    // With the facility: who is asked no more is not there any more to say which it was.
    data: z.strictObject({ facility: idSchema, contact: idSchema }),
    example: {
      given: [contact('to-remove')],
      data: { facility: 'rgh', contact: 'to-remove' },
      as: 'provider',
    },
  },
  'link.send': {
    summary: 'Send a contact a link through which counts can be given once',
    right: 'links.send',
    data: z.strictObject({ contact: idSchema, link: linkId }),
    example: {
      given: [contact('to-ask')],
      data: { contact: 'to-ask', link: exampleLink(1) },
      as: 'command_center',
    },
  },
  'link.withdraw': {
    summary: 'Make a link good for nothing',
    right: 'links.send',
    data: z.strictObject({ link: linkId }),
    example: {
      given: [contact('to-forget'), sent('to-forget', exampleLink(2))],
      data: { link: exampleLink(2) },
      as: 'command_center',
    },
  },
  'link.settle': {
    summary: 'Say whether the letter with a link was sent',
    right: 'links.observe',
    data: z.strictObject({ link: linkId, outcome: z.enum(['sent', 'failed']) }),
    example: {
      given: [contact('to-settle'), sent('to-settle', exampleLink(3))],
      data: { link: exampleLink(3), outcome: 'sent' },
    },
  },
  'link.open': {
    summary: 'Note that somebody looked at what a link asks',
    right: 'links.observe',
    data: z.strictObject({ link: linkId }),
    example: {
      given: [contact('to-open'), sent('to-open', exampleLink(4))],
      data: { link: exampleLink(4) },
    },
  },
  'link.expire': {
    summary: 'End a link that nobody used in its time',
    right: 'links.observe',
    data: z.strictObject({ link: linkId }),
    example: {
      given: [contact('to-expire'), sent('to-expire', exampleLink(5))],
      data: { link: exampleLink(5) },
    },
  },
  'link.submit': {
    summary: 'Give the counts that a link asks for, and use it up',
    right: 'links.submit',
    data: z.strictObject({ link: linkId, levels: answeredLevelsSchema }),
    example: {
      given: [
        {
          type: 'availability.attest',
          data: { facility: 'rgh', level: 'skilled-nursing', available: 2, capacity: 8 },
          as: 'provider',
        },
        contact('to-submit'),
        sent('to-submit', exampleLink(6)),
      ],
      data: { link: exampleLink(6), levels: [{ level: 'skilled-nursing', version: 1, available: 3 }] },
      as: 'provider',
    },
  },
} as const satisfies Record<string, Omit<CommandDefinition, 'type'> & { right: CountLinkRight }>;

export const countLinkCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('contact.add'), data: definitions['contact.add'].data }),
  z.object({ type: z.literal('contact.change'), data: definitions['contact.change'].data }),
  z.object({ type: z.literal('contact.remove'), data: definitions['contact.remove'].data }),
  z.object({ type: z.literal('link.send'), data: definitions['link.send'].data }),
  z.object({ type: z.literal('link.withdraw'), data: definitions['link.withdraw'].data }),
  z.object({ type: z.literal('link.settle'), data: definitions['link.settle'].data }),
  z.object({ type: z.literal('link.open'), data: definitions['link.open'].data }),
  z.object({ type: z.literal('link.expire'), data: definitions['link.expire'].data }),
  z.object({ type: z.literal('link.submit'), data: definitions['link.submit'].data }),
]);
export type CountLinkCommand = z.infer<typeof countLinkCommandSchema>;
export type CountLinkCommandOf<Type extends CountLinkCommand['type']> = Extract<
  CountLinkCommand,
  { type: Type }
>;

export const countLinkCommands: readonly CommandDefinition[] = Object.entries(definitions).map(
  ([type, definition]) => ({ type, ...definition }),
);

/** The command as one of this context's. Raises a ZodError for any other. */
export function parseCountLinkCommand(command: { type: string; data: unknown }): CountLinkCommand {
  return countLinkCommandSchema.parse(command);
}
