import { type CharacterSet, encodeText, namesOf } from './character-set.ts';
import { type Delimiters, escapeText, standardDelimiters } from './encoding.ts';
import type { Header } from './header.ts';
import { errorConditions, type Location, type Refusal } from './refusal.ts';
import { formatInstant } from './timestamp.ts';

/** Table 0008: what was made of a message (A), and in enhanced mode before it whether it was taken at all (C). */
export type AcknowledgementCode = 'AA' | 'AE' | 'AR' | 'CA' | 'CE' | 'CR';

export type AcknowledgementOptions = {
  /** The header of the message that is answered; absent when it could not be read. */
  header?: Header;
  code: AcknowledgementCode;
  /** What is wrong, where something is. */
  refusal?: Refusal;
  /** MSH-7, ms since 1970. */
  at: number;
  /** MSH-10 of the acknowledgement itself, at most 20 characters. */
  controlId: string;
};

const APPLICATION = 'CAREWALL';
const DEFAULT_VERSION = '2.5.1';

type Version = { minor: number; text: string };

function versionOf(header: Header | undefined): Version {
  const match = /^2\.([1-8])(?:\.\d)?$/.exec(header?.version ?? '');
  return match === null
    ? { minor: 5, text: DEFAULT_VERSION }
    : { minor: Number(match[1]), text: header?.version ?? DEFAULT_VERSION };
}

/**
 * Gives the general acknowledgement of a message (chapter 2.13: MSH, MSA, ERR) as bytes without a frame: sender and
 * receiver exchanged, in the message's own version, delimiters and character set; what the set cannot carry is written
 * as `\\X..\\` in ASCII. MSH-9 is `ACK` in version 2.1, `ACK^<trigger>` up to 2.3 and `ACK^<trigger>^ACK` from 2.3.1
 * on. Up to version 2.4 ERR-1 says what is wrong and where (ELD); from 2.5 on ERR-2, ERR-3, ERR-4 and ERR-8 do. MSA-3
 * repeats the text where the version still has it.
 */
export function buildAcknowledgement(options: AcknowledgementOptions): Buffer {
  const { header } = options;
  const delimiters = header?.delimiters ?? standardDelimiters;
  const set = header?.characterSet ?? 'ASCII';
  const written = encodeText(textOf(options, delimiters, set), set);
  // UTF-16 may hold the bytes that end a frame.
  if (written !== undefined && !written.includes(0x0b) && !written.includes(0x1c)) return written;
  return Buffer.from(asAscii(textOf(options, delimiters, 'ASCII'), delimiters, header), 'latin1');
}

/** Gives a text with each character beyond ASCII as the hexadecimal bytes the sender wrote for it. */
function asAscii(text: string, { escape: mark }: Delimiters, header: Header | undefined): string {
  const set = header?.characterSet;
  const bytesOf = (character: string): Buffer =>
    // Where the set is not known the header was read byte by byte.
    (set === undefined ? Buffer.from(character, 'latin1') : encodeText(character, set)) ??
    Buffer.from(character, 'utf8');
  return [...text]
    .map((character) => {
      if (character < '\u0080') return character;
      return mark === undefined ? '?' : `${mark}X${bytesOf(character).toString('hex').toUpperCase()}${mark}`;
    })
    .join('');
}

function textOf(options: AcknowledgementOptions, delimiters: Delimiters, set: CharacterSet): string {
  const { header, refusal } = options;
  const version = versionOf(header);
  const { field, component, repetition } = delimiters;
  const plain = (text: string): string => escapeText(text, delimiters);
  const names = namesOf(set);
  const msh = [
    'MSH',
    [component, repetition, delimiters.escape ?? '', delimiters.subcomponent ?? ''].join(''),
    header?.raw.receivingApplication || APPLICATION,
    header?.raw.receivingFacility ?? '',
    header?.raw.application ?? '',
    header?.raw.facility ?? '',
    formatInstant(options.at),
    '',
    messageType(header, version).map(plain).join(component),
    options.controlId,
    plain(header?.processingId || 'P'),
    version.text,
    ...['', '', '', '', '', names.repetitions.join(repetition), '', names.scheme],
  ];
  while (msh.at(-1) === '') msh.pop();
  const msa = ['MSA', options.code, header?.controlId ?? ''];
  if (refusal !== undefined && version.minor < 7) msa.push(plain(refusal.text));
  const segments = [msh, msa];
  if (refusal !== undefined) segments.push(errorSegment(refusal, version, delimiters));
  return segments.map((segment) => `${segment.join(field)}\r`).join('');
}

function messageType(header: Header | undefined, version: Version): string[] {
  if (version.minor === 1 || !header?.triggerEvent) return ['ACK'];
  const hasStructure = version.minor > 3 || version.text.startsWith('2.3.');
  return ['ACK', header.triggerEvent, ...(hasStructure ? ['ACK'] : [])];
}

function errorSegment(refusal: Refusal, version: Version, delimiters: Delimiters): string[] {
  const { component, subcomponent } = delimiters;
  const coded = [refusal.code, errorConditions[refusal.code], 'HL70357'];
  if (version.minor <= 4) {
    const condition = subcomponent === undefined ? refusal.code : coded.join(subcomponent);
    return ['ERR', [...eld(refusal.location), condition].join(component)];
  }
  return [
    'ERR',
    '',
    erl(refusal.location).join(component),
    coded.map((text) => escapeText(text, delimiters)).join(component),
    'E',
    ...['', '', ''],
    escapeText(refusal.text, delimiters),
  ];
}

/** ELD: segment ^ sequence ^ field. */
function eld(location: Location | undefined): string[] {
  if (location === undefined) return ['', '', ''];
  return [location.segment, `${location.occurrence ?? 1}`, `${location.field ?? ''}`];
}

/** ERL: segment ^ sequence ^ field ^ repetition ^ component. */
function erl(location: Location | undefined): string[] {
  if (location === undefined) return [];
  const segment = [location.segment, `${location.occurrence ?? 1}`];
  if (location.field === undefined) return segment;
  const place = [...segment, `${location.field}`, `${location.repetition ?? 1}`];
  return location.component === undefined ? place : [...place, `${location.component}`];
}
