import { startJobsPart } from './jobs/jobs-part.ts';
import type { StartPart } from './part.ts';
import { startWalls } from './walls/walls-part.ts';

/** The one list of parts beside the path. */
export const parts: readonly StartPart[] = [startJobsPart, startWalls];
