import { z } from 'zod';
import { roleSchema } from '../identity/roles.ts';
import type { CommandDefinition } from '../module.ts';
import { viewHoldsPhi } from '../module.ts';
import { idSchema } from '../topic.ts';
import type { AccessRight } from './access.ts';
import { enter, invite, issue, locum } from './command-examples.ts';
import {
  applicationSchema,
  domainNameSchema,
  emailSchema,
  languageSchema,
  personNameSchema,
  phoneSchema,
} from './schema.ts';

const account = idSchema;
/** A role at a place, as a command names it. */
export const namedRoleSchema = z.strictObject({ role: roleSchema, place: idSchema });
export type NamedRole = z.infer<typeof namedRoleSchema>;
const namedRoles = z
  .array(namedRoleSchema)
  .min(1, 'names no role')
  .max(10)
  .refine(
    (all) => new Set(all.map(({ role, place }) => `${role} ${place}`)).size === all.length,
    'names a role twice',
  );
const names = z.array(z.string().min(1).max(100)).max(60);

/** Whoever has this, and nobody else, is the system that the key is for. It is told here and never again. */
export const issuedSchema = z.object({ key: idSchema, token: z.string() });
export const acceptedSchema = z.object({ account: idSchema });

const definitions = {
  'account.list': {
    summary: 'Tell of an account as it stands, made or changed by other means than a command',
    right: 'people.enter',
    data: z.strictObject({ account }),
    example: { data: { account: locum } },
  },
  'account.invite': {
    summary: 'Let somebody make an account, with these roles',
    right: 'people.manage',
    stepUp: true,
    data: z.strictObject({
      invitation: idSchema,
      email: emailSchema,
      name: personNameSchema,
      language: languageSchema,
      roles: namedRoles,
    }),
    example: { data: invite('example-invite').data },
  },
  'invitation.resend': {
    summary: 'Send an invitation again; the link that was sent before ends',
    right: 'people.manage',
    stepUp: true,
    data: z.strictObject({ invitation: idSchema }),
    example: { given: [invite('example-resend')], data: { invitation: 'example-resend' } },
  },
  'invitation.withdraw': {
    summary: 'Take an invitation back',
    right: 'people.manage',
    data: z.strictObject({ invitation: idSchema }),
    example: { given: [invite('example-withdraw')], data: { invitation: 'example-withdraw' } },
  },
  'invitation.accept': {
    summary: 'Make the account that somebody was invited to',
    right: 'people.enter',
    data: z.strictObject({
      invitation: idSchema,
      account,
      name: personNameSchema,
      language: languageSchema,
    }),
    result: acceptedSchema,
    example: {
      given: [invite('example-accept')],
      data: { invitation: 'example-accept', account: 'example-account', name: 'Thu Dang', language: 'vi' },
    },
  },
  'request.enter': {
    summary: 'Somebody asked for an account, and the address is theirs',
    right: 'people.enter',
    data: z.strictObject({
      request: idSchema,
      kind: z.enum(['clinician', 'facility']),
      name: personNameSchema,
      email: emailSchema,
      phone: phoneSchema.optional(),
      language: languageSchema,
      application: applicationSchema,
      askedAt: z.iso.datetime({ precision: 3 }),
    }),
    example: { data: enter('example-enter').data },
  },
  'request.approve': {
    summary: 'Invite whoever asked for an account, with these roles',
    right: 'people.manage',
    stepUp: true,
    data: z.strictObject({ request: idSchema, invitation: idSchema, roles: namedRoles }),
    example: {
      given: [enter('example-approve')],
      data: {
        request: 'example-approve',
        invitation: 'example-approved',
        roles: [{ role: 'clinician', place: 'rgh' }],
      },
    },
  },
  'request.decline': {
    summary: 'Decline a request for an account, with the reason that they are told',
    right: 'people.manage',
    data: z.strictObject({ request: idSchema, reason: z.string().trim().min(1, 'is missing').max(300) }),
    example: {
      given: [enter('example-decline')],
      data: { request: 'example-decline', reason: 'Please ask the head of your ward' },
    },
  },
  'account.give-role': {
    summary: 'Give an account a role at a place',
    right: 'people.manage',
    stepUp: true,
    data: z.strictObject({ account, role: roleSchema, place: idSchema }),
    example: { data: { account: locum, role: 'clinician', place: '4w' } },
  },
  'account.take-role': {
    summary: 'Take a role at a place from an account, at once and everywhere',
    right: 'people.manage',
    data: z.strictObject({ account, role: roleSchema, place: idSchema }),
    example: {
      given: [{ type: 'account.give-role', data: { account: locum, role: 'nurse', place: 'icu' } }],
      data: { account: locum, role: 'nurse', place: 'icu' },
    },
  },
  'account.disable': {
    summary: 'Let an account sign in no more, and end its sessions',
    right: 'people.manage',
    data: z.strictObject({ account }),
    example: { data: { account: locum } },
  },
  'account.enable': {
    summary: 'Let an account sign in again, with the roles it has',
    right: 'people.manage',
    stepUp: true,
    data: z.strictObject({ account }),
    example: { given: [{ type: 'account.disable', data: { account: locum } }], data: { account: locum } },
  },
  'account.end-sessions': {
    summary: 'Sign an account out everywhere',
    right: 'people.manage',
    data: z.strictObject({ account }),
    example: { data: { account: locum } },
  },
  'key.issue': {
    summary: 'Give a system a key, with which it does these things and no others',
    right: 'people.manage',
    stepUp: true,
    tellsOnce: true,
    data: z.strictObject({
      key: idSchema,
      name: z.string().trim().min(1, 'is missing').max(60),
      role: roleSchema,
      place: idSchema,
      /** Kinds of topics, with a star for the id. */
      topics: names,
      /** Types of commands. */
      commands: names,
      view: z.enum(Object.keys(viewHoldsPhi) as [string, ...string[]]).optional(),
      days: z.int().min(1).max(730),
    }),
    result: issuedSchema,
    example: { data: issue('example-key').data },
  },
  'key.revoke': {
    summary: 'Take a key back: the system that has it is turned away at once',
    right: 'people.manage',
    data: z.strictObject({ key: idSchema }),
    example: { given: [issue('example-revoked')], data: { key: 'example-revoked' } },
  },
  'domain.add': {
    summary: 'Say that whoever has an address at a domain belongs here; requests from it stand at a place',
    right: 'people.manage',
    stepUp: true,
    data: z.strictObject({ domain: domainNameSchema, place: idSchema }),
    example: { data: { domain: 'example-add.example', place: 'rgh' } },
  },
  'domain.remove': {
    summary: 'Say that a domain does not belong here any more',
    right: 'people.manage',
    data: z.strictObject({ domain: domainNameSchema }),
    example: {
      given: [{ type: 'domain.add', data: { domain: 'example-remove.example', place: 'rgh' } }],
      data: { domain: 'example-remove.example' },
    },
  },
  'profile.change': {
    summary: 'Change what one says of oneself: name, language, telephone',
    right: 'profile.own',
    data: z.strictObject({
      account,
      name: personNameSchema.optional(),
      language: languageSchema.optional(),
      /** Nothing takes it away. */
      phone: phoneSchema.nullable().optional(),
    }),
    example: { data: { account: 'demo-nurse', phone: '+84 90 123 4567' }, as: 'nurse' },
  },
  'profile.change-email': {
    summary: 'Have another address; it is verified before it is taken',
    right: 'profile.own',
    stepUp: true,
    data: z.strictObject({ account, email: emailSchema }),
    example: { data: { account: 'demo-nurse', email: 'linh@riverside.example' }, as: 'nurse' },
  },
  'profile.confirm-email': {
    summary: 'Take the address that was verified',
    right: 'people.enter',
    data: z.strictObject({ account }),
    example: {
      given: [
        {
          type: 'profile.change-email',
          data: { account: 'demo-dietician', email: 'dietician@riverside.example' },
          as: 'dietician',
        },
      ],
      data: { account: 'demo-dietician' },
    },
  },
} as const satisfies Record<string, Omit<CommandDefinition, 'type'> & { readonly right: AccessRight }>;

export type AccessCommandType = keyof typeof definitions;
const accessCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('account.list'), data: definitions['account.list'].data }),
  z.object({ type: z.literal('account.invite'), data: definitions['account.invite'].data }),
  z.object({ type: z.literal('invitation.resend'), data: definitions['invitation.resend'].data }),
  z.object({ type: z.literal('invitation.withdraw'), data: definitions['invitation.withdraw'].data }),
  z.object({ type: z.literal('invitation.accept'), data: definitions['invitation.accept'].data }),
  z.object({ type: z.literal('request.enter'), data: definitions['request.enter'].data }),
  z.object({ type: z.literal('request.approve'), data: definitions['request.approve'].data }),
  z.object({ type: z.literal('request.decline'), data: definitions['request.decline'].data }),
  z.object({ type: z.literal('account.give-role'), data: definitions['account.give-role'].data }),
  z.object({ type: z.literal('account.take-role'), data: definitions['account.take-role'].data }),
  z.object({ type: z.literal('account.disable'), data: definitions['account.disable'].data }),
  z.object({ type: z.literal('account.enable'), data: definitions['account.enable'].data }),
  z.object({ type: z.literal('account.end-sessions'), data: definitions['account.end-sessions'].data }),
  z.object({ type: z.literal('key.issue'), data: definitions['key.issue'].data }),
  z.object({ type: z.literal('key.revoke'), data: definitions['key.revoke'].data }),
  z.object({ type: z.literal('domain.add'), data: definitions['domain.add'].data }),
  z.object({ type: z.literal('domain.remove'), data: definitions['domain.remove'].data }),
  z.object({ type: z.literal('profile.change'), data: definitions['profile.change'].data }),
  z.object({ type: z.literal('profile.change-email'), data: definitions['profile.change-email'].data }),
  z.object({ type: z.literal('profile.confirm-email'), data: definitions['profile.confirm-email'].data }),
]);

/** A parsed command of this context: its type with the data that belongs to it. */
export type AccessCommand = z.infer<typeof accessCommandSchema>;
/** Some types of commands with their data. */
export type AccessCommandOf<T extends AccessCommandType> = Extract<AccessCommand, { type: T }>;

export const accessCommands: readonly CommandDefinition[] = Object.entries(definitions).map(
  ([type, definition]) => ({ type, ...definition }),
);

/** The command as one of this context's. Raises a ZodError for any other. */
export function parseAccessCommand(command: { type: string; data: unknown }): AccessCommand {
  return accessCommandSchema.parse(command);
}
