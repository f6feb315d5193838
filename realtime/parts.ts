import { startEmergency } from './http/emergency-routes.ts';
import { startJobsPart } from './jobs/jobs-part.ts';
import type { StartPart } from './part.ts';

/** The one list of parts beside the path. */
export const parts: readonly StartPart[] = [startJobsPart, startEmergency];
