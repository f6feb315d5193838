import { Hl7Message, type Hl7Segment } from '@medplum/core';
import { type CharacterSet, decodeText } from './character-set.ts';
import { foreignSwitch, unescapeText } from './encoding.ts';
import { firstSubcomponent, type Header, readHeader } from './header.ts';
import { type Outcome, refuse } from './refusal.ts';
import { supportedVersions } from './versions.ts';

/**
 * A field's component. `occurrence` says which segment of that name is meant (A17 has two PID and two PV1); it,
 * `repetition` and `component` count from 1 and are 1 unless told.
 */
export type Place = { component?: number; repetition?: number; occurrence?: number };

/** An HL7 v2 message whose segments can be read. Segments nobody asks for (Z-segments) are passed over. */
export type ParsedMessage = {
  header: Header;
  characterSet: CharacterSet;
  /** The names of its segments in their order, MSH first: what stands before what. */
  segments: readonly string[];
  has(segment: string): boolean;
  /** How many segments of that name there are. */
  occurrences(segment: string): number;
  /**
   * Gives a component's text: its first subcomponent, unescaped and trimmed; '' where there is none, and for HL7's
   * `""`. (A data type that became a complex one in a later version keeps the old value in its first subcomponent.)
   */
  value(segment: string, field: number, place?: Place): string;
  /** How many repetitions a field has; 0 where the segment or the field is missing. */
  repetitions(segment: string, field: number, occurrence?: number): number;
};

const MAX_SEGMENTS = 500;
const MAX_FIELDS = 200;
/** Bounds what splitting costs: a message of nothing but delimiters would become millions of strings. */
const MAX_PARTS = 50_000;
const MAX_CONTROL_ID = 199;

/**
 * Parses a message (HL7 v2 encoding rules, chapter 2.6). Refused: what `readHeader` refuses; a version (203) or
 * a character set (MSH-18) that is not supported, or bytes that are not of it; no control id; more segments, fields
 * or parts than any real message has; a line that is no segment; a switch to a character set that cannot be read (`\\C..\\`, `\\M..\\`).
 */
export function parseMessage(bytes: Buffer): Outcome<ParsedMessage> {
  const read = readHeader(bytes);
  if (!read.ok) return read;
  const header = read.value;
  if (!supportedVersions.has(header.version)) return refuse('AR', '203', { segment: 'MSH', field: 12 });
  const { characterSet } = header;
  if (characterSet === undefined) return refuse('AR', '103', { segment: 'MSH', field: 18 });
  const text = decodeText(bytes, characterSet);
  if (text === undefined || isCut(text, characterSet)) {
    return refuse('AR', '102', { segment: 'MSH', field: 18 });
  }
  if (header.controlId === '') return refuse('AR', '101', { segment: 'MSH', field: 10 });
  if (header.controlId.length > MAX_CONTROL_ID) return refuse('AR', '104', { segment: 'MSH', field: 10 });

  const bounded = checkBounds(text, header);
  if (!bounded.ok) return bounded;
  const message = Hl7Message.parse(text);
  const named = checkSegments(message);
  if (!named.ok) return named;
  return { ok: true, value: reader(message, header, characterSet) };
}

/**
 * In UTF-16 two bytes of a letter may be MLLP's end of frame (U+0D1C), and what came before it would be taken for the
 * whole. A whole message ends as each of its segments does.
 */
function isCut(text: string, characterSet: CharacterSet): boolean {
  return characterSet.startsWith('UTF-16') && !/[\r\n]$/.test(text);
}

function checkBounds(text: string, header: Header): Outcome<undefined> {
  const { field, component, repetition } = header.delimiters;
  const lines = text.split(/[\r\n]+/, MAX_SEGMENTS + 2);
  if (lines.length > MAX_SEGMENTS + 1) return refuse('AR', '104');
  let parts = 0;
  for (const line of lines) {
    let fields = 0;
    for (const character of line) {
      if (character < ' ' && character !== '\t') return refuse('AE', '102', segmentOf(line));
      if (character === field) fields += 1;
      if (character === field || character === component || character === repetition) parts += 1;
    }
    if (foreignSwitch(line, header.delimiters) !== undefined) return refuse('AE', '102', segmentOf(line));
    if (fields > MAX_FIELDS || parts > MAX_PARTS) return refuse('AR', '104', segmentOf(line));
  }
  return { ok: true, value: undefined };
}

/** The first three characters of a line name its segment, unless the line is none: then they may be anything. */
function segmentOf(line: string): { segment: string } | undefined {
  const name = line.slice(0, 3);
  return /^[A-Z][A-Z0-9]{2}$/.test(name) ? { segment: name } : undefined;
}

function checkSegments(message: Hl7Message): Outcome<undefined> {
  let headers = 0;
  for (const { name, fields } of message.segments) {
    // The library takes the first component for the name, so that `PID^1` would be a PID.
    if (fields[0]?.toString() !== name) return refuse('AE', '100');
    if (name !== '' && !/^[A-Z][A-Z0-9]{2}$/.test(name)) return refuse('AE', '100');
    if (name === 'MSH') headers += 1;
  }
  return headers === 1 ? { ok: true, value: undefined } : refuse('AE', '100', { segment: 'MSH' });
}

function reader(message: Hl7Message, header: Header, characterSet: CharacterSet): ParsedMessage {
  const { delimiters } = header;
  const byName = new Map<string, Hl7Segment[]>();
  for (const segment of message.segments) {
    if (segment.name === '') continue;
    const known = byName.get(segment.name);
    if (known === undefined) byName.set(segment.name, [segment]);
    else known.push(segment);
  }
  const nth = (segment: string, occurrence: number) => byName.get(segment)?.[occurrence - 1];
  return {
    header,
    characterSet,
    segments: message.segments.map(({ name }) => name).filter((name) => name !== ''),
    has: (segment) => byName.has(segment),
    occurrences: (segment) => byName.get(segment)?.length ?? 0,
    repetitions(segment, field, occurrence = 1) {
      return nth(segment, occurrence)?.getField(field)?.components.length ?? 0;
    },
    value(segment, field, { component = 1, repetition = 1, occurrence = 1 } = {}) {
      // Read from the parts: the library's own getter throws where the repetition does not exist.
      const parts = nth(segment, occurrence)?.getField(field)?.components[repetition - 1];
      const first = firstSubcomponent(parts?.[component - 1] ?? '', delimiters);
      return first === '""' ? '' : unescapeText(first, delimiters, characterSet).trim();
    },
  };
}
