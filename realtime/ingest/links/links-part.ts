import type { Task } from '#db/jobs/job-runner.ts';
import type { PartContext, StartPart } from '../../part.ts';
import { createLinkDoor } from './link-door.ts';
import { createLinkSchedule } from './schedule.ts';

/** The door through which counts are given without an account. */
export const startCountLinks: StartPart = ({ databases, commands, ring, metrics }) => ({
  name: 'count links',
  open: createLinkDoor({
    databases,
    commands,
    ring,
    onRefusal: (code) => metrics.refusals.inc({ door: 'count-link', code }),
  }),
});

/** Asks for counts that have run out. */
export function countLinkTasks({ databases, commands, settings }: PartContext): readonly Task[] {
  const { countLinkHours } = settings;
  return [
    createLinkSchedule({ relay: databases.relay, commands, everyHours: countLinkHours, clock: Date.now }),
  ];
}
