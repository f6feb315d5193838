import { type CharacterSet, characterSetOf, decodeText, utf16Of } from './character-set.ts';
import { type Delimiters, unescapeText, withoutControls } from './encoding.ts';
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
  /** MSH-15 and MSH-16 (table 0155): which acknowledgements are asked for; '' where nothing is said. */
  acceptAcknowledgement: string;
  applicationAcknowledgement: string;
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
  // Escape and subcomponent may be left out where they are not used; version 2.7 adds truncation as a fifth.
  if (encoding.length < 2 || encoding.length > 5) return undefined;
  const all = [field, ...encoding];
  if (!all.every(isDelimiter) || new Set(all).size !== all.length) return undefined;
  const [component = '', repetition = '', mark, subcomponent, truncation] = encoding;
  return {
    field,
    component,
    repetition,
    ...(mark === undefined ? {} : { escape: mark }),
    ...(subcomponent === undefined ? {} : { subcomponent }),
    ...(truncation === undefined ? {} : { truncation }),
  };
}

/**
 * Delimiters and the name of the set are ASCII whatever the set is, so the set can be read before it is known. But the
 * second byte of a character may look like a delimiter: the name must still be there once the line is read in that set.
 */
function readCharacterSet(
  line: Buffer,
  delimiters: Delimiters,
): { characterSet: CharacterSet; text: string } | undefined {
  const utf16 = utf16Of(line);
  const named = (text: string): CharacterSet | undefined => {
    const fields = text.split(delimiters.field);
    // Where a delimiter is part of a name (`8859/1` between slashes) it is escaped.
    return characterSetOf(
      (fields[17] ?? '').split(delimiters.repetition).map((name) => unescapeText(name, delimiters, 'ASCII')),
      (fields[19] ?? '').split(delimiters.component, 1)[0] ?? '',
      utf16,
    );
  };
  const guess = utf16 ?? named(line.toString('latin1'));
  for (const candidate of [guess, 'GB 18030-2000', 'BIG-5'] as const) {
    if (candidate === undefined) continue;
    const text = decodeText(line, candidate);
    if (text !== undefined && named(text) === candidate) return { characterSet: candidate, text };
  }
  return undefined;
}

/** Gives what stands before the first subcomponent separator, where the message has one at all. */
export function firstSubcomponent(component: string, { subcomponent }: Delimiters): string {
  return subcomponent === undefined ? component : (component.split(subcomponent, 1)[0] ?? '');
}

/** Gives the bytes up to the first line break, and their text byte by byte (or pair by pair in UTF-16). */
function firstLine(bytes: Buffer): { line: Buffer; text: string } {
  const opening = bytes.subarray(0, MAX_HEADER_BYTES);
  const utf16 = utf16Of(opening);
  if (utf16 === undefined) {
    const text = opening.toString('latin1').split(/[\r\n]/, 1)[0] ?? '';
    return { line: opening.subarray(0, text.length), text };
  }
  const even = Buffer.from(opening.subarray(0, opening.length & ~1));
  const decoded = (utf16 === 'UTF-16BE' ? even.swap16() : even).toString('utf16le');
  const text = decoded.split(/[\r\n]/, 1)[0] ?? '';
  return { line: opening.subarray(0, text.length * 2), text: text.replace(/^\ufeff/, '') };
}

/**
 * Gives the header of a message, or of the first bytes of one; a field that was cut off is empty.
 * Refused (AR): no MSH first, delimiters that are none, fields longer than any header has.
 */
export function readHeader(bytes: Buffer): Outcome<Header> {
  const { line, text } = firstLine(bytes);
  if (!text.startsWith('MSH')) return refuse('AR', '100', { segment: 'MSH' });
  const delimiters = readDelimiters(text);
  if (delimiters === undefined) return refuse('AR', '102', { segment: 'MSH', field: 2 });

  const read = readCharacterSet(line, delimiters);
  const fields = (read?.text ?? text).split(delimiters.field);
  // MSH-1 is the separator itself, so MSH-n stands at n - 1.
  const field = (n: number): string => withoutControls(fields[n - 1] ?? '').trim();
  const component = (n: number, index: number): string =>
    firstSubcomponent(field(n).split(delimiters.component)[index - 1] ?? '', delimiters).trim();
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
      acceptAcknowledgement: field(15),
      applicationAcknowledgement: field(16),
      ...(read === undefined ? {} : { characterSet: read.characterSet }),
    },
  };
}
