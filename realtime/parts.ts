import { startAccounts } from './accounts/accounts-part.ts';
import { startAudit } from './audit/audit-part.ts';
import { startEmergency } from './http/emergency-routes.ts';
import { startCountLinks } from './ingest/links/links-part.ts';
import { startJobsPart } from './jobs/jobs-part.ts';
import type { StartPart } from './part.ts';
import { startDemoMailbox } from './post/mailbox-part.ts';
import { startPrivacyPart } from './privacy/privacy-part.ts';
import { startOidc } from './session/oidc-part.ts';
import { startSessionPart } from './session/session-part.ts';
import { startWalls } from './walls/walls-part.ts';

/** The one list of parts beside the path. */
export const parts: readonly StartPart[] = [
  startJobsPart,
  startSessionPart,
  startPrivacyPart,
  startCountLinks,
  startDemoMailbox,
  startWalls,
  startEmergency,
  startAudit,
  startAccounts,
  startOidc,
];
