import { createFrameDecoder, frame } from '../../../mllp/framing.ts';
import { isBatch, splitBatch } from '../../batch.ts';
import { decodeText } from '../../character-set.ts';
import { type Checked, checkMessage } from '../../check.ts';
import { createHl7Door } from '../../door.ts';
import { foreignSwitch } from '../../encoding.ts';
import { readHeader } from '../../header.ts';
import { parseMessage } from '../../message.ts';
import { peer, source } from '../../sample-messages.ts';
import { isBeyondNaive, readNaively } from './naive-reading.ts';
import type { Random } from './random.ts';

export type Judged = { problem?: string; outcome: 'accepted' | 'refused' | 'not a message' };

const timezone = 'Asia/Ho_Chi_Minh';
const door = createHl7Door({
  findSource: async (application) => (application === '' ? undefined : { ...source, application }),
  submit: async () => ({ ok: true }),
  keep: async () => undefined,
  now: () => 0,
  onBug: (error) => {
    throw error;
  },
});

/** Puts bytes through framing, parser, reader and acknowledgement; says what is wrong with what came of it. */
export async function judge(bytes: Buffer, random: Random): Promise<Judged> {
  try {
    const framing = checkFraming(bytes, random);
    if (framing !== undefined) return { problem: framing, outcome: 'not a message' };
    splitBatch(bytes);
    const checked = checkMessage(bytes, { timezone });
    const outcome = checked.outcome.ok ? 'accepted' : 'refused';
    const problem = checkReading(bytes, checked) ?? (await checkAnswers(bytes));
    return problem === undefined ? { outcome } : { problem, outcome };
  } catch (error) {
    return { problem: `threw ${error instanceof Error ? error.stack : String(error)}`, outcome: 'refused' };
  }
}

/** A message that can be framed comes out as it went in, however it is cut; part of a frame is no message. */
function checkFraming(bytes: Buffer, random: Random): string | undefined {
  const decoder = createFrameDecoder({ maxMessageBytes: 1 << 20 });
  const isSendable = !bytes.includes(0x0b) && !bytes.includes(0x1c);
  const stream = isSendable ? frame(bytes) : bytes;
  const place = random.below(stream.length);
  const first = decoder.push(stream.subarray(0, place)).filter(({ kind }) => kind === 'message');
  const second = decoder.push(stream.subarray(place)).filter(({ kind }) => kind === 'message');
  if (!isSendable) return undefined;
  if (first.length > 0) return 'part of a frame became a message';
  const [only, ...more] = second;
  const isSame = only?.kind === 'message' && only.bytes.equals(bytes) && more.length === 0;
  return isSame ? undefined : 'a frame did not give the message it held';
}

/** What was accepted stands in the message where it was read. */
function checkReading(bytes: Buffer, { outcome }: Checked): string | undefined {
  if (!outcome.ok || isBeyondNaive(bytes)) return undefined;
  const naive = readNaively(bytes);
  const missing = (
    what: string,
    value: string | undefined,
    ...places: [string, number, number][]
  ): string[] => {
    if (value === undefined || value === '') return [];
    return places.some(([segment, field, component]) => naive.at(segment, field, component).has(value))
      ? []
      : [`${what} is not what stands in ${places.map((place) => place.join('-')).join(' or ')}`];
  };
  const command = outcome.value;
  const faults: string[] = [];
  const stays =
    command.type === 'bed.record-swap' ? command.data.stays : 'patient' in command.data ? [command.data] : [];
  for (const { patient, visit, location } of stays) {
    faults.push(
      ...missing('the record number', patient.mrn, ['PID', 3, 1]),
      ...missing('the family name', patient.family, ['PID', 5, 1]),
      ...missing('the given name', patient.given, ['PID', 5, 2]),
      ...missing('the visit', visit, ['PV1', 19, 1], ['PID', 18, 1]),
      ...missing('the point of care', location.pointOfCare, ['PV1', 3, 1]),
      ...missing('the room', location.room, ['PV1', 3, 2]),
      ...missing('the bed', location.bed, ['PV1', 3, 3]),
    );
  }
  if (command.type === 'bed.record-status') {
    faults.push(
      ...missing('the status', command.data.status, ['NPU', 2, 1]),
      ...missing('the bed', command.data.location.bed, ['NPU', 1, 3]),
    );
  }
  return faults[0];
}

/** Each answer can be read, and is an answer to this message. */
async function checkAnswers(bytes: Buffer): Promise<string | undefined> {
  const answers = await door.handle(bytes, peer);
  const header = readHeader(bytes);
  for (const answer of answers) {
    if (answer.includes(0x0b) || answer.includes(0x1c)) return 'an answer cannot be framed';
    if (isBatch(bytes)) continue;
    const answered = readHeader(answer);
    if (!answered.ok) return `an answer has no header: ${answered.refusal.text}`;
    // A control id is mirrored whatever it is; where it switches to a foreign set, nobody can read on.
    const isReadable =
      !header.ok || foreignSwitch(header.value.controlId, header.value.delimiters) === undefined;
    const read = parseMessage(answer);
    if (!read.ok && isReadable) return `an answer cannot be read: ${read.refusal.text}`;
    if (!header.ok) continue;
    const text = decodeText(answer, answered.value.characterSet ?? 'ASCII') ?? '';
    const msa = text.split('\r')[1]?.split(header.value.delimiters.field) ?? [];
    const isPlain = [...header.value.controlId].every((character) => character < '\u0080');
    if (isPlain && msa[2] !== header.value.controlId) return 'an answer does not name the message';
  }
  return undefined;
}
