import { startAccounts } from './accounts/accounts-part.ts';
import { startJobsPart } from './jobs/jobs-part.ts';
import type { StartPart } from './part.ts';

/** The one list of parts beside the path. */
export const parts: readonly StartPart[] = [startJobsPart, startAccounts];
