import { factDefinitions } from '#domain/beds/fact-commands.ts';
import { readAdt } from './adt.ts';
import type { AdtCommand } from './adt-command.ts';
import { readHeader } from './header.ts';
import { parseMessage } from './message.ts';
import { type Outcome, refuse } from './refusal.ts';
import type { Hl7Source } from './sources.ts';
import { refusalOf } from './submission.ts';

export type Checked = {
  /** MSH-10 and MSH-9.2, as far as the header can be read; '' where not. */
  controlId: string;
  trigger: string;
  /** What the message would be, or why it would be refused before any bed is looked at. */
  outcome: Outcome<AdtCommand>;
};

/**
 * Gives what a message would do, without a server and without changing anything: everything but whether its source and
 * its beds are known. `timezone` is that of times which name no offset.
 */
export function checkMessage(bytes: Buffer, { timezone }: { timezone: string }): Checked {
  const read = readHeader(bytes);
  if (!read.ok) return { controlId: '', trigger: '', outcome: read };
  const { controlId, triggerEvent: trigger, application, facility } = read.value;
  const source: Hl7Source = { id: '', org: '', application, facility, facilityCode: facility, timezone };
  return { controlId, trigger, outcome: check(bytes, source) };
}

function check(bytes: Buffer, source: Hl7Source): Outcome<AdtCommand> {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) return parsed;
  if (parsed.value.header.processingId !== 'P') return refuse('AR', '202', { segment: 'MSH', field: 11 });
  const read = readAdt(parsed.value, source);
  if (!read.ok) return read;
  const valid = factDefinitions[read.value.type].data.safeParse(read.value.data);
  if (valid.success) return read;
  const issues = valid.error.issues.map(({ path, message }) => ({
    path: ['data', ...path].join('.'),
    message,
  }));
  return { ok: false, refusal: refusalOf(read.value, { code: 'invalid', issues }) };
}
