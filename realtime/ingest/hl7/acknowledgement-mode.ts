import type { AcknowledgementCode } from './acknowledgement.ts';
import type { Header } from './header.ts';
import type { Refusal } from './refusal.ts';

/** What became of a message: applied; or not, and then whether it is durably kept here. */
export type Fate = { kind: 'applied' } | { kind: 'refused'; refusal: Refusal; isKept: boolean };

/** An acknowledgement that is owed: its code, and whether it says what was wrong. */
export type Owed = { code: AcknowledgementCode; refusal?: Refusal };

type Condition = { success: boolean; failure: boolean };

const always: Condition = { success: true, failure: true };
const never: Condition = { success: false, failure: false };

/** Table 0155: whether an acknowledgement of a success, or of a failure, is asked for. */
const conditions: ReadonlyMap<string, Condition> = new Map([
  ['', never],
  ['AL', always],
  ['NE', never],
  ['ER', { success: false, failure: true }],
  ['SU', { success: true, failure: false }],
]);

/** Where a condition is of no table nothing is kept back. */
function asked(condition: string): Condition {
  return conditions.get(condition) ?? always;
}

/** Version 2.1 has no MSH-15 and MSH-16. */
function isEnhanced(header: Header | undefined): header is Header {
  if (header === undefined || header.version === '2.1') return false;
  return header.acceptAcknowledgement !== '' || header.applicationAcknowledgement !== '';
}

/**
 * Gives the acknowledgements a message is owed, in their order (chapter 2.9). Original mode, where MSH-15 and MSH-16 say
 * nothing: one, with AA, AE or AR. Enhanced mode: first whether the message was taken (CA: applied or kept here; CE and
 * CR: neither, its sender keeps it), as MSH-15 asks; then, on the same connection, what was made of it, as MSH-16 asks. A
 * message that was not taken has no second answer unless nobody asked for the first.
 */
export function acknowledgementsOwed(header: Header | undefined, fate: Fate): Owed[] {
  const application: Owed =
    fate.kind === 'applied' ? { code: 'AA' } : { code: fate.refusal.ack, refusal: fate.refusal };
  if (!isEnhanced(header)) return [application];
  const accept = asked(header.acceptAcknowledgement);
  const after = asked(header.applicationAcknowledgement);
  const owed: Owed[] = [];
  const isTaken = fate.kind === 'applied' || fate.isKept;
  if (isTaken) {
    if (accept.success) owed.push({ code: 'CA' });
  } else if (accept.failure) {
    return [{ code: fate.refusal.ack === 'AR' ? 'CR' : 'CE', refusal: fate.refusal }];
  }
  if (fate.kind === 'applied' ? after.success : after.failure) owed.push(application);
  return owed;
}
