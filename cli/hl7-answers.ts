import { readHeader } from '#realtime/ingest/hl7/header.ts';
import { type ParsedMessage, parseMessage } from '#realtime/ingest/hl7/message.ts';
import type { ExpectedAnswers } from '#realtime/ingest/mllp/client.ts';

/** How long to listen where a message wants to hear of success or failure alone. */
const QUIET_MS = 1_000;

/** What the answers to a message say: taken, or refused and why; `unclear` when they are no answers to it. */
export type Verdict = { kind: 'taken' } | { kind: 'refused' | 'unclear'; text: string };

/** Gives how many answers a message asks for (MSH-15 and MSH-16, chapter 2.9). */
export function answersExpected(bytes: Buffer): ExpectedAnswers {
  const read = readHeader(bytes);
  if (!read.ok || read.value.version === '2.1') return {};
  const { acceptAcknowledgement: accept, applicationAcknowledgement: application } = read.value;
  if (accept === '' && application === '') return {};
  const asked = [accept, application].filter((condition) => condition !== '' && condition !== 'NE');
  const isDone = (answers: readonly Buffer[]): boolean =>
    answers.length >= asked.length || answers.some((answer) => /^C[ER]$/.test(codeOf(answer)));
  return {
    isEnough: isDone,
    ...(asked.every((condition) => condition === 'AL') ? {} : { quietMs: QUIET_MS }),
  };
}

/** Gives what the answers say of the message with this control id. Silence is consent where it was asked for. */
export function verdictOf(answers: readonly Buffer[], controlId: string): Verdict {
  for (const answer of answers) {
    const parsed = parseMessage(answer);
    if (!parsed.ok) return { kind: 'unclear', text: 'the answer cannot be read' };
    const code = parsed.value.value('MSA', 1);
    if (parsed.value.value('MSA', 2) !== controlId && controlId !== '') {
      return { kind: 'unclear', text: 'the answer is to another message' };
    }
    if (!/^[AC]A$/.test(code)) return { kind: 'refused', text: `${code}: ${reasonOf(parsed.value)}` };
  }
  return { kind: 'taken' };
}

function codeOf(answer: Buffer): string {
  const parsed = parseMessage(answer);
  return parsed.ok ? parsed.value.value('MSA', 1) : '';
}

/** MSA-3 up to version 2.6, ERR-8 from 2.5 on; else the words of the code, with the place in ERR-2. */
function reasonOf(answer: ParsedMessage): string {
  const told = answer.value('MSA', 3) || answer.value('ERR', 8);
  if (told !== '') return told;
  const segment = answer.value('ERR', 2);
  const place = segment === '' ? '' : `: ${segment}-${answer.value('ERR', 2, { component: 3 })}`;
  return `${answer.value('ERR', 3, { component: 2 }) || 'no reason is given'}${place}`;
}
