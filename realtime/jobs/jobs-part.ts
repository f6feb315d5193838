import { startJobs } from '#db/jobs/job-runner.ts';
import { faultFields } from '../log.ts';
import type { StartPart } from '../part.ts';
import { tasks } from './tasks.ts';

/** Carries out what is done in the background. */
export const startJobsPart: StartPart = async (context) => {
  const { databaseUrl, log } = context;
  const jobs = await startJobs({
    url: databaseUrl,
    tasks: tasks.flatMap((tasksOf) => tasksOf(context)),
    onFault: (error) => {
      context.metrics.faults.inc({ stage: 'jobs' });
      log.warn({ stage: 'jobs', ...faultFields(error) }, 'work in the background is to be tried again');
    },
  });
  return { name: 'jobs', stop: () => jobs.stop() };
};
