import { z } from 'zod';
import { scopeSchema } from '../identity/principal.ts';
import { rolePlaceKinds } from '../identity/role-rules.ts';
import { roleSchema } from '../identity/roles.ts';
import { instantSchema } from '../instant.ts';
import { phi, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';

/*
 * Names and addresses of people are tagged: among accounts are patients', and whoever works here is a person too. They
 * are sealed in the log under a key of their own, so that erasing somebody is destroying it.
 */

const entity = { version: z.int().min(1), asOf: instantSchema, source: sourceSchema };

export const personNameSchema = z.string().trim().min(1, 'is missing').max(120);
export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email('must be an email address'));
export const languageSchema = z.enum(['en', 'vi']);
export const phoneSchema = z
  .string()
  .trim()
  .regex(/^\+[1-9][0-9 ]{6,18}$/, 'must be like +84 90 123 4567');
/** The part of an email after the @, as DNS has it. */
export const domainNameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    'must be like hospital.example',
  );

/** A place at which somebody holds a role, with the facility it belongs to. */
export const rolePlaceSchema = z.object({
  id: idSchema,
  name: z.string(),
  kind: z.enum(rolePlaceKinds),
  facility: idSchema.optional(),
});
export type RolePlace = z.infer<typeof rolePlaceSchema>;
export const heldRoleSchema = z.object({ role: roleSchema, place: rolePlaceSchema });
export type HeldRole = z.infer<typeof heldRoleSchema>;

/** Somebody who can sign in, or could. */
export const accountSchema = z.object({
  id: idSchema,
  subject: subject(),
  name: phi(z.string()),
  email: phi(z.string()),
  status: z.enum(['active', 'disabled']),
  roles: z.array(heldRoleSchema),
  ...entity,
});
export type Account = z.infer<typeof accountSchema>;

/** How long an invitation can be accepted. */
export const invitationDays = 7;

/** Somebody who may make an account with these roles. */
export const invitationSchema = z.object({
  id: idSchema,
  subject: subject(),
  name: phi(z.string()),
  email: phi(z.string()),
  language: languageSchema,
  roles: z.array(heldRoleSchema).min(1),
  status: z.enum(['pending', 'accepted', 'withdrawn']),
  /** What it came from. `operator`: whoever runs the installation, who hands the link over by hand. */
  via: z.enum(['administrator', 'request', 'operator']),
  expiresAt: instantSchema,
  /** The account that was made of it. */
  account: idSchema.optional(),
  ...entity,
});
export type Invitation = z.infer<typeof invitationSchema>;

/** What somebody says of themselves who asks for an account. */
export const applicationSchema = z.strictObject({
  /** What a clinician is: `Physician`, `Midwife`. */
  profession: z.string().trim().min(1).max(120).optional(),
  /** The number under which they are registered with their council. */
  registration: z.string().trim().min(1).max(60).optional(),
  /** Where a clinician works, or what the facility is called. */
  workplace: z.string().trim().min(1, 'is missing').max(200),
  address: z.string().trim().min(1).max(300).optional(),
  note: z.string().trim().min(1).max(600).optional(),
});
export type Application = z.infer<typeof applicationSchema>;

/** Somebody who asked for an account, and whose address is verified. */
export const requestSchema = z.object({
  id: idSchema,
  subject: subject(),
  kind: z.enum(['clinician', 'facility']),
  name: phi(z.string()),
  email: phi(z.string()),
  phone: phi(z.string()),
  application: phi(applicationSchema),
  language: languageSchema,
  /** The domain of the address, and whether it is one that this organisation has said to be its own. */
  domain: z.object({ name: z.string(), known: z.boolean() }),
  /** Whose queue it stands in. */
  place: rolePlaceSchema,
  status: z.enum(['waiting', 'approved', 'declined']),
  /** Why it was declined, as whoever asked is told. */
  reason: z.string().optional(),
  askedAt: instantSchema,
  ...entity,
});
export type AccountRequest = z.infer<typeof requestSchema>;

/** A system that acts by a key. The key itself stands nowhere. */
export const keySchema = z.object({
  id: idSchema,
  name: z.string(),
  role: roleSchema,
  place: rolePlaceSchema,
  scope: scopeSchema,
  expiresAt: instantSchema,
  status: z.enum(['active', 'revoked']),
  ...entity,
});
export type Key = z.infer<typeof keySchema>;

/** A domain of which an organisation has said that whoever has an address there belongs to it. */
export const domainSchema = z.object({
  id: domainNameSchema,
  /** Whose queue requests from it stand in. */
  place: rolePlaceSchema,
  status: z.enum(['active', 'removed']),
  ...entity,
});
export type Domain = z.infer<typeof domainSchema>;

/** What the list of people is made of, by kind. */
export const items = {
  account: accountSchema,
  invitation: invitationSchema,
  request: requestSchema,
  key: keySchema,
  domain: domainSchema,
} as const;
export const itemKinds = ['account', 'invitation', 'request', 'key', 'domain'] as const;
export type ItemKind = (typeof itemKinds)[number];
export type ItemOf<K extends ItemKind> = z.infer<(typeof items)[K]>;

/** The state of `org/<id>/people`, and of `facility/<id>/people` with what concerns that facility. */
export const peopleSchema = z.object({
  place: z.object({ id: idSchema, name: z.string(), kind: z.enum(['organisation', 'facility']) }),
  account: z.record(z.string(), accountSchema),
  invitation: z.record(z.string(), invitationSchema),
  request: z.record(z.string(), requestSchema),
  key: z.record(z.string(), keySchema),
  domain: z.record(z.string(), domainSchema),
});
export type People = z.infer<typeof peopleSchema>;

/** The state of `user/<id>/profile`: what somebody says of themselves. */
export const profileSchema = z.object({
  id: idSchema,
  subject: subject(),
  name: phi(z.string()),
  email: phi(z.string()),
  phone: phi(phoneSchema),
  language: languageSchema,
  /** An address that waits to be verified. */
  newEmail: phi(z.string()),
  ...entity,
});
export type Profile = z.infer<typeof profileSchema>;

/** The state of `user/<id>/profile`. An account that was just provisioned has none for a moment. */
export const ownProfileSchema = z.object({ id: idSchema, profile: profileSchema.optional() });
export type OwnProfile = z.infer<typeof ownProfileSchema>;
