import { startJobsPart } from './jobs/jobs-part.ts';
import type { StartPart } from './part.ts';
import { startOidc } from './session/oidc-part.ts';

/** The one list of parts beside the path. */
export const parts: readonly StartPart[] = [startJobsPart, startOidc];
