import { type CharacterSet, encodeText, namesOf } from './character-set.ts';
import { type Delimiters, escapeText, foreignSwitch, standardDelimiters } from './encoding.ts';
import type { Header } from './header.ts';
import { errorConditions, type Location, type Refusal } from './refusal.ts';
import { formatInstant } from './timestamp.ts';
import { supportedVersions } from './versions.ts';

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

/** Where the message is of no version we know, what is wrong with it is said in one that most systems read. */
function versionOf(header: Header | undefined): Version {
  const text = header && supportedVersions.has(header.version) ? header.version : DEFAULT_VERSION;
  return { minor: Number(text.split('.')[1]), text };
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
  const written = encodeText(
    textOf(options, delimiters, set, (text) => text),
    set,
  );
  // UTF-16 may hold the bytes that end a frame.
  if (written !== undefined && !written.includes(0x0b) && !written.includes(0x1c)) return written;
  const escaped = (text: string): string => asAscii(text, delimiters, header);
  return Buffer.from(textOf(options, delimiters, 'ASCII', escaped), 'latin1');
}

/** A switch to another character set that is mirrored would hold for the rest of the acknowledgement. */
function withoutSwitch(text: string, delimiters: Delimiters): string {
  const { escape: mark } = delimiters;
  if (mark === undefined || foreignSwitch(text, delimiters) === undefined) return text;
  return text.replaceAll(mark, ' ');
}

/** No control id is longer (chapter 2A), and names of systems hardly are. */
const MAX_MIRRORED = 199;

/**
 * Gives a text with each character beyond ASCII as the hexadecimal bytes the sender wrote for it; as a question mark
 * where that would become too long for its field.
 */
function asAscii(text: string, delimiters: Delimiters, header: Header | undefined): string {
  const set = header?.characterSet;
  const bytesOf = (character: string): Buffer =>
    // Where the set is not known the header was read byte by byte.
    (set === undefined ? Buffer.from(character, 'latin1') : encodeText(character, set)) ??
    Buffer.from(character, 'utf8');
  const beyond = /\P{ASCII}/gu;
  const mark = delimiters.escape;
  if (mark !== undefined) {
    const written = text.replace(
      beyond,
      (character) => `${mark}X${bytesOf(character).toString('hex').toUpperCase()}${mark}`,
    );
    if (written.length <= MAX_MIRRORED) return written;
  }
  // A question mark may be a delimiter itself.
  return text.replace(beyond, Object.values(delimiters).includes('?') ? ' ' : '?');
}

function textOf(
  options: AcknowledgementOptions,
  delimiters: Delimiters,
  set: CharacterSet,
  mirrored: (text: string) => string,
): string {
  const { header, refusal } = options;
  const version = versionOf(header);
  const { field, component, repetition } = delimiters;
  const system = (text: string): string => mirrored(withoutSwitch(text, delimiters));
  const plain = (text: string): string => mirrored(escapeText(text, delimiters));
  const names = namesOf(set);
  const msh = [
    'MSH',
    [component, repetition, delimiters.escape ?? '', delimiters.subcomponent ?? ''].join(''),
    system(header?.raw.receivingApplication || APPLICATION),
    system(header?.raw.receivingFacility ?? ''),
    system(header?.raw.application ?? ''),
    system(header?.raw.facility ?? ''),
    formatInstant(options.at),
    '',
    messageType(header, version).join(component),
    options.controlId,
    codeOf(header?.processingId) ?? 'P',
    version.text,
    ...['', '', '', '', '', names.repetitions.map(plain).join(repetition), '', plain(names.scheme)],
  ];
  while (msh.at(-1) === '') msh.pop();
  const msa = ['MSA', options.code, mirrored(header?.controlId ?? '')];
  if (refusal !== undefined && version.minor < 7) msa.push(plain(refusal.text));
  const segments = [msh, msa];
  if (refusal !== undefined) segments.push(errorSegment(refusal, version, delimiters));
  return segments.map((segment) => `${segment.join(field)}\r`).join('');
}

/** What is no code at all is not mirrored. */
function codeOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[A-Za-z0-9]{1,8}$/.test(text) ? text : undefined;
}

function messageType(header: Header | undefined, version: Version): string[] {
  const trigger = codeOf(header?.triggerEvent);
  if (version.minor === 1 || trigger === undefined) return ['ACK'];
  const hasStructure = version.minor > 3 || version.text.startsWith('2.3.');
  return ['ACK', trigger, ...(hasStructure ? ['ACK'] : [])];
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
