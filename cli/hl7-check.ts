import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Checked, checkMessage } from '#realtime/ingest/hl7/check.ts';
import { type CliCommand, type Terminal, UsageError } from './command-line.ts';
import { readHl7File } from './hl7-files.ts';
import { wordsOf } from './hl7-words.ts';

type Options = { file: string; timezone: string; showPatients: boolean };

/** Says what each message of a file would do. It speaks to no server and changes nothing. */
export const hl7Check: CliCommand = {
  name: 'hl7 check',
  usage: 'FILE [--timezone ZONE] [--show-patients]',
  summary: 'Says what each HL7 v2 message of a file would do, and what would be refused, changing nothing',
  run: (args, terminal) => check(optionsOf(args), terminal),
};

function optionsOf(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('One file is needed.');
  const timezone = values.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw new UsageError(`${timezone} is no time zone, such as Asia/Ho_Chi_Minh.`);
  }
  return { file, timezone, showPatients: values['show-patients'] ?? false };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { timezone: { type: 'string' }, 'show-patients': { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'The arguments cannot be read.');
  }
}

async function check({ file, timezone, showPatients }: Options, terminal: Terminal): Promise<number> {
  const seen = createRepeats();
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  let messages = 0;
  let refused = 0;
  let faults = 0;
  for await (const item of readHl7File(file)) {
    if (terminal.interrupted.aborted) {
      terminal.err(`Stopped at line ${item.line}.`);
      return 1;
    }
    if (item.kind === 'envelope') continue;
    if (item.kind === 'fault') {
      faults += 1;
      terminal.out(`line ${item.line}: ${item.text}`);
      continue;
    }
    messages += 1;
    const checked = checkMessage(item.bytes, { timezone });
    const repeat = seen(checked.controlId, item.bytes);
    const says = saidOf(checked, repeat, showPatients);
    if (says.isRefused) refused += 1;
    count(says.isRefused ? says.text : checked.trigger || 'unnamed');
    const name = [checked.controlId, checked.trigger].filter((one) => one !== '').join(' ');
    terminal.out(printable(`line ${item.line}: ${name === '' ? '' : `${name}: `}${says.text}`));
    if (item.isOpen) terminal.err(`line ${item.line}: the file ends within a line; something may be missing`);
    terminal.progress(`${messages} messages`);
  }
  terminal.err(`${messages} messages: ${messages - refused} would be taken, ${refused} refused`);
  for (const [what, number] of [...counts].sort()) terminal.err(printable(`  ${number} × ${what}`));
  if (faults > 0) terminal.err(`${faults} faults of the file itself`);
  return refused + faults > 0 || messages === 0 ? 1 : 0;
}

function saidOf(
  { outcome }: Checked,
  repeat: 'first' | 'same' | 'other',
  showPatients: boolean,
): { text: string; isRefused: boolean } {
  if (!outcome.ok) {
    const { ack, code, text } = outcome.refusal;
    return { text: `refused, ${ack} ${code}: ${text}`, isRefused: true };
  }
  if (repeat === 'other') {
    return { text: 'refused, AE 205: Control id already used for other content: MSH-10', isRefused: true };
  }
  const words = wordsOf(outcome.value, { showPatients });
  return { text: repeat === 'same' ? `again, without effect: ${words}` : words, isRefused: false };
}

/** Remembers what was said under each control id of the file. */
function createRepeats(): (controlId: string, bytes: Buffer) => 'first' | 'same' | 'other' {
  const digests = new Map<string, string>();
  return (controlId, bytes) => {
    const digest = createHash('sha256').update(bytes).digest('base64');
    const before = digests.get(controlId);
    if (before === undefined) digests.set(controlId, digest);
    if (before === undefined) return 'first';
    return before === digest ? 'same' : 'other';
  };
}

/** What stands in a file is no command for a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
