import type { Task } from '#db/jobs/job-runner.ts';
import { countLinkTasks } from '../ingest/links/links-part.ts';
import type { PartContext } from '../part.ts';
import { postTasks } from '../post/post-tasks.ts';

/** The one list of work that is done in the background by whichever node takes it. */
export const tasks: readonly ((context: PartContext) => readonly Task[])[] = [postTasks, countLinkTasks];
