import { startCountLinks } from './ingest/links/links-part.ts';
import { startJobsPart } from './jobs/jobs-part.ts';
import type { StartPart } from './part.ts';
import { startDemoMailbox } from './post/mailbox-part.ts';

/** The one list of parts beside the path. */
export const parts: readonly StartPart[] = [startJobsPart, startCountLinks, startDemoMailbox];
