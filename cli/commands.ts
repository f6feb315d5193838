import type { CliCommand } from './command-line.ts';
import { hl7Check } from './hl7-check.ts';
import { hl7Send } from './hl7-send.ts';
import { importFacilitiesCommand } from './import-facilities.ts';
import { auditVerify } from './operator/audit-verify.ts';
import { adminInvite } from './operator/first-account.ts';
import { rotateKeysCommand } from './operator/rotate-keys.ts';

/** The one list of what the command line can do. */
export const commands: readonly CliCommand[] = [
  hl7Check,
  hl7Send,
  importFacilitiesCommand,
  adminInvite,
  auditVerify,
  rotateKeysCommand,
];
