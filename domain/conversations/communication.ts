import { z } from 'zod';

/** The states of a FHIR Communication. */
export const communicationStatusSchema = z.enum([
  'preparation',
  'in-progress',
  'not-done',
  'on-hold',
  'stopped',
  'completed',
  'entered-in-error',
]);
export type CommunicationStatus = z.infer<typeof communicationStatusSchema>;

/*
 *   preparation ──► in-progress ──► completed ──┐
 *       │  │            │  ▲                    ├──► entered-in-error
 *       │  │            ▼  │     ┌──► stopped ──┘
 *       │  └──► on-hold ───┴─────┘
 *       └──► not-done
 *
 * What is being written, and what is not confirmed, is in preparation, and refused not done: both only on the screen of whoever writes.
 * An urgent message is in progress while somebody's acknowledgement is awaited; a routine one is completed as it is
 * sent. Delivered, read and acknowledged are facts of their own, and no states.
 */
/** Where a message may go from each state. One that was taken back goes nowhere. */
export const communicationTransitions: Readonly<Record<CommunicationStatus, readonly CommunicationStatus[]>> =
  {
    preparation: ['in-progress', 'completed', 'on-hold', 'not-done'],
    'in-progress': ['completed', 'stopped', 'on-hold', 'entered-in-error'],
    'not-done': [],
    'on-hold': ['in-progress', 'stopped', 'entered-in-error'],
    stopped: ['entered-in-error'],
    completed: ['entered-in-error'],
    'entered-in-error': [],
  };

/** Whether a message may go from one state to another. */
export function mayBecome(from: CommunicationStatus, to: CommunicationStatus): boolean {
  return communicationTransitions[from].includes(to);
}
