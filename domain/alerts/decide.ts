import { z } from 'zod';
import { refuse } from '../errors.ts';
import { accept, type CommandDefinition, type Decision, type DecisionContext, reject } from '../module.ts';
import { idSchema } from '../topic.ts';
import { type Alert, alertIdSchema } from './schema.ts';

const answerData = z.strictObject({ unit: idSchema, alert: alertIdSchema });

/** Where an alert may go. What is resolved goes nowhere. */
export const alertTransitions: Readonly<Record<Alert['status'], readonly Alert['status'][]>> = {
  raised: ['acknowledged', 'resolved'],
  acknowledged: ['resolved'],
  resolved: [],
};

/** A bed held for one visit, into which the feed says that another was admitted. */
const clash = (number: number) => [
  { type: 'bed.claim', data: { bed: `ds-${number}`, visit: 'V000917' } },
  {
    type: 'bed.record-admission',
    data: {
      patient: { mrn: 'D000918' },
      visit: 'V000918',
      at: '2026-03-01T08:00:00.000Z',
      location: { pointOfCare: 'DS', room: String(number), bed: '1', facility: 'RGH' },
    },
  },
];

const answers = {
  'alert.acknowledge': {
    summary: 'Take an alert up',
    to: 'acknowledged',
    event: 'alert.acknowledged',
    example: { given: clash(17), data: { unit: 'ds', alert: 'ds-17.claim-overruled' } },
  },
  'alert.resolve': {
    summary: 'Say that an alert has been dealt with',
    to: 'resolved',
    event: 'alert.resolved',
    example: { given: clash(18), data: { unit: 'ds', alert: 'ds-18.claim-overruled' } },
  },
} as const;

export type AlertCommandType = keyof typeof answers;

const alertCommandSchema = z.object({
  type: z.enum(['alert.acknowledge', 'alert.resolve']),
  data: answerData,
});
export type AlertCommand = z.infer<typeof alertCommandSchema>;

export const alertCommands: readonly CommandDefinition[] = Object.entries(answers).map(([type, answer]) => ({
  type,
  summary: answer.summary,
  right: 'alerts.answer',
  data: answerData,
  example: answer.example,
}));

/** The command as one of this context's. Raises a ZodError for any other. */
export function parseAlertCommand(command: { type: string; data: unknown }): AlertCommand {
  return alertCommandSchema.parse(command);
}

/** Answers an alert, or says why it cannot be. `alert` is what stands at the unit under that id, if anything does. */
export function decideAlert(
  alert: Alert | undefined,
  command: AlertCommand,
  context: DecisionContext,
): Decision {
  const { to, event } = answers[command.type];
  if (alert === undefined) return reject(refuse('not_found', 'there is no such alert'));
  if (!alertTransitions[alert.status].includes(to)) {
    return reject(refuse('conflict', `the alert is ${alert.status} already`));
  }
  const data = {
    alert: alert.id,
    version: alert.version + 1,
    asOf: context.now,
    source: context.by,
    from: alert.status,
    to,
  };
  return accept([{ topic: `unit/${command.data.unit}/alerts`, type: event, data }]);
}
