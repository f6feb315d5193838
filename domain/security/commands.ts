import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { CommandDefinition } from '../module.ts';
import { phi } from '../phi.ts';
import type { SecurityRight } from './access.ts';
import { alertKinds } from './notable.ts';
import {
  alertSubjectSchema,
  incidentKinds,
  incidentTextSchema,
  incidentTitleSchema,
  securityAlertIdSchema,
  severities,
} from './schema.ts';

const incident = z.uuid('must be a UUID').lowercase('must be in lower case');

const detected = (account: string) => ({
  type: 'security.detect',
  data: {
    kind: 'permission-probing',
    subject: { kind: 'account', id: account },
    count: 30,
    lastAt: '2026-03-01T08:00:00.000Z',
  },
});
const reported = (id: string) => ({
  type: 'incident.report',
  data: {
    incident: id,
    title: 'Tablet lost in the lobby',
    kind: 'lost-device',
    severity: 'medium',
    what: 'The tablet of 4 West is missing since the morning.',
  },
});
const examples = {
  advanced: '0195500f-6b00-7000-8000-0000000000a1',
  noted: '0195500f-6b00-7000-8000-0000000000a2',
  closed: '0195500f-6b00-7000-8000-0000000000a3',
  reported: '0195500f-6b00-7000-8000-0000000000a4',
};

/** Each command about alerts and incidents: its data, the right it asks for, an example. */
const definitions = {
  'security.detect': {
    summary: 'The audit tells of trouble, so often, from one subject',
    right: 'security.detect',
    data: z.strictObject({
      kind: z.enum(alertKinds),
      subject: alertSubjectSchema,
      count: z.int().min(1),
      lastAt: instantSchema,
    }),
    example: { data: detected('example-detect').data },
  },
  'security.acknowledge': {
    summary: 'Say that one has seen an alert; the same trouble again raises it again',
    right: 'security.answer',
    data: z.strictObject({ alert: securityAlertIdSchema }),
    example: {
      given: [detected('example-acknowledge')],
      data: { alert: 'permission-probing.account.example-acknowledge' },
    },
  },
  'incident.report': {
    summary: 'Report that something happened that must be looked into',
    right: 'security.answer',
    data: z.strictObject({
      /** Made by the client, so that whoever asks again reports one thing. */
      incident,
      title: phi(incidentTitleSchema),
      kind: z.enum(incidentKinds),
      severity: z.enum(severities),
      what: phi(incidentTextSchema),
      alert: securityAlertIdSchema.optional(),
    }),
    example: { data: reported(examples.reported).data },
  },
  'incident.advance': {
    summary: 'Say how far an incident is: being looked into, or contained',
    right: 'security.answer',
    data: z.strictObject({ incident, to: z.enum(['investigating', 'contained']) }),
    example: {
      given: [reported(examples.advanced)],
      data: { incident: examples.advanced, to: 'investigating' },
    },
  },
  'incident.note': {
    summary: 'Write down what was found out or done',
    right: 'security.answer',
    data: z.strictObject({ incident, text: phi(incidentTextSchema) }),
    example: {
      given: [reported(examples.noted)],
      data: { incident: examples.noted, text: 'The tablet was locked from afar.' },
    },
  },
  'incident.close': {
    summary: 'Close an incident with what came out of it',
    right: 'security.answer',
    data: z.strictObject({ incident, finding: phi(incidentTextSchema) }),
    example: {
      given: [reported(examples.closed)],
      data: { incident: examples.closed, finding: 'It was found at the reception, unopened.' },
    },
  },
} as const satisfies Record<string, Omit<CommandDefinition, 'type'> & { readonly right: SecurityRight }>;

export type SecurityCommandType = keyof typeof definitions;
const securityCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('security.detect'), data: definitions['security.detect'].data }),
  z.object({ type: z.literal('security.acknowledge'), data: definitions['security.acknowledge'].data }),
  z.object({ type: z.literal('incident.report'), data: definitions['incident.report'].data }),
  z.object({ type: z.literal('incident.advance'), data: definitions['incident.advance'].data }),
  z.object({ type: z.literal('incident.note'), data: definitions['incident.note'].data }),
  z.object({ type: z.literal('incident.close'), data: definitions['incident.close'].data }),
]);

/** A parsed command of this context: its type with the data that belongs to it. */
export type SecurityCommand = z.infer<typeof securityCommandSchema>;
/** One type of command with its data. */
export type SecurityCommandOf<T extends SecurityCommandType> = Extract<SecurityCommand, { type: T }>;
/** A command about one incident. */
export type IncidentCommand = SecurityCommandOf<
  'incident.report' | 'incident.advance' | 'incident.note' | 'incident.close'
>;

export const securityCommands: readonly CommandDefinition[] = Object.entries(definitions).map(
  ([type, definition]) => ({ type, ...definition }),
);

/** The command as one of this context's. Raises a ZodError for any other. */
export function parseSecurityCommand(command: { type: string; data: unknown }): SecurityCommand {
  return securityCommandSchema.parse(command);
}
