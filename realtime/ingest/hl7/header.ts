import {
  type CharacterSet,
  characterSetOf,
  type Delimiters,
  decodeText,
  withoutControls,
} from './encoding.ts';
import { type Outcome, refuse } from './refusal.ts';

/**
 * MSH (chapter 2.14.9), read from the bytes before anything else is: it says how to read the rest, and it is what an
 * acknowledgement mirrors even when the rest cannot be read.
 */
export type Header = {
  delimiters: Delimiters;
  /** MSH-3 … MSH-6 as they stand, still escaped: mirrored, never interpreted. */
  raw: { application: string; facility: string; receivingApplication: string; receivingFacility: string };
  /** MSH-3.1 and MSH-4.1. */
  application: string;
  facility: string;
  /** MSH-7, not yet parsed. */
  sentAt: string;
  /** MSH-9.1 and MSH-9.2. */
  messageCode: string;
  triggerEvent: string;
  /** MSH-10. */
  controlId: string;
  /** MSH-11.1. */
  processingId: string;
  /** MSH-12.1. */
  version: string;
  /** MSH-18; absent when it names a set that is not supported. */
  characterSet?: CharacterSet;
};

/** No legal MSH field is longer (chapter 2A: HD 227, control id 199); longer ones are not worth mirroring. */
const MAX_HEADER_FIELD = 256;
const MAX_HEADER_BYTES = 8_192;

function isDelimiter(character: string): boolean {
  // A quote would be taken for HL7's "" (delete), a full stop or sign for part of a number.
  return /^[!#$%&'()*,/:;<=>?@[\\\]^_`{|}~]$/.test(character);
}

function readDelimiters(line: string): Delimiters | undefined {
  const field = line.charAt(3);
  const end = line.indexOf(field, 4);
  const encoding = line.slice(4, end === -1 ? undefined : end);
  // Version 2.7 adds the truncation character as a fifth.
  if (encoding.length < 4 || encoding.length > 5) return undefined;
  const all = [field, ...encoding];
  if (!all.every(isDelimiter) || new Set(all).size !== all.length) return undefined;
  return {
    field,
    component: encoding.charAt(0),
    repetition: encoding.charAt(1),
    escape: encoding.charAt(2),
    subcomponent: encoding.charAt(3),
  };
}

/**
 * Gives the header of a message, or of the first bytes of one; a field that was cut off is empty.
 * Refused (AR): no MSH first, delimiters that are none, fields longer than any header has.
 */
export function readHeader(bytes: Buffer): Outcome<Header> {
  const opening = bytes.subarray(0, MAX_HEADER_BYTES).toString('latin1');
  const line = opening.split(/[\r\n]/, 1)[0] ?? '';
  if (!line.startsWith('MSH')) return refuse('AR', '100', { segment: 'MSH' });
  const delimiters = readDelimiters(line);
  if (delimiters === undefined) return refuse('AR', '102', { segment: 'MSH', field: 2 });

  // Delimiters and the name of the set are ASCII whatever the set is, so the set can be read before it is known.
  const characterSet = characterSetOf(line.split(delimiters.field)[17] ?? '');
  const decoded = characterSet && decodeText(Buffer.from(line, 'latin1'), characterSet);
  const fields = (decoded ?? line).split(delimiters.field);
  // MSH-1 is the separator itself, so MSH-n stands at n - 1.
  const field = (n: number): string => withoutControls(fields[n - 1] ?? '').trim();
  const component = (n: number, index: number): string =>
    field(n).split(delimiters.component)[index - 1]?.split(delimiters.subcomponent)[0]?.trim() ?? '';
  for (let n = 3; n <= 18; n += 1) {
    if (field(n).length > MAX_HEADER_FIELD) return refuse('AR', '104', { segment: 'MSH', field: n });
  }
  return {
    ok: true,
    value: {
      delimiters,
      raw: {
        application: field(3),
        facility: field(4),
        receivingApplication: field(5),
        receivingFacility: field(6),
      },
      application: component(3, 1),
      facility: component(4, 1),
      sentAt: component(7, 1),
      messageCode: component(9, 1),
      triggerEvent: component(9, 2),
      controlId: field(10),
      processingId: component(11, 1),
      version: component(12, 1),
      ...(characterSet === undefined ? {} : { characterSet }),
    },
  };
}
