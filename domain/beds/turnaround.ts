import type { TaskStatus } from './schema.ts';

/*
 *   requested ──► accepted ──► in-progress ──► completed
 *       │            │  ▲          │   ▲
 *       │            ▼  │          ▼   │
 *       │           on-hold ◄──────┘───┘
 *       └──► cancelled, failed (from any that has not ended)
 */
/** Where a turnaround task may go from each status (FHIR Task). An ended task goes nowhere. */
export const turnaroundTransitions: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  requested: ['accepted', 'in-progress', 'cancelled'],
  accepted: ['in-progress', 'on-hold', 'cancelled', 'failed'],
  'in-progress': ['on-hold', 'completed', 'cancelled', 'failed'],
  'on-hold': ['in-progress', 'cancelled', 'failed'],
  completed: [],
  cancelled: [],
  failed: [],
};

/** Whether a task in this status still has to be done. */
export function isLive(status: TaskStatus): boolean {
  return turnaroundTransitions[status].length > 0;
}
