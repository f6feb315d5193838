import type { BatchItem } from './batch.ts';
import { formatInstant } from './timestamp.ts';

/** The most messages taken in one frame: each costs an answer. */
export const MAX_BATCH_MESSAGES = 5_000;

/**
 * Gives the batch that answers one (chapter 2.10.3): its headers with sender and receiver exchanged and what they
 * refer to (BHS-12, FHS-12), the acknowledgements of its messages, and in BTS-2 what is wrong with the whole. Text is
 * passed on byte by byte, so it is in whatever set it came in.
 */
export function answerBatch(items: readonly BatchItem[], answers: readonly Buffer[], at: number): Buffer {
  const header = (segment: 'FHS' | 'BHS'): string | undefined => {
    const found = items.find((item) => item.kind === 'envelope' && item.segment === segment);
    return found?.kind === 'envelope' ? headerLine(segment, found.bytes.toString('latin1'), at) : undefined;
  };
  const faults = items.flatMap((item) => (item.kind === 'fault' ? [item.text] : []));
  const file = header('FHS');
  const batch = header('BHS') ?? file?.replace(/^FHS/, 'BHS') ?? '';
  const separator = batch.charAt(3);
  const count = answers.length;
  const trailer = ['BTS', `${count}`, ...(faults.length === 0 ? [] : [faults.join('; ')])].join(separator);
  const line = (text: string): Buffer => Buffer.from(`${text}\r`, 'latin1');
  return Buffer.concat([
    ...(file === undefined ? [] : [line(file)]),
    line(batch),
    ...answers,
    line(trailer),
    ...(file === undefined ? [] : [line(['FTS', '1'].join(separator))]),
  ]);
}

function headerLine(segment: 'FHS' | 'BHS', text: string, at: number): string {
  const separator = text.charAt(3);
  const fields = text.split(separator);
  const field = (n: number): string => (fields[n - 1] ?? '').slice(0, 227);
  return [
    ...[segment, field(2), field(5) || 'CAREWALL', field(6), field(3), field(4), formatInstant(at)],
    ...['', '', '', '', field(11)],
  ].join(separator);
}
