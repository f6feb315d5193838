import { type CharacterSet, encodeText, escapeText, standardDelimiters } from './encoding.ts';
import type { Header } from './header.ts';
import { errorConditions, type Location, type Refusal } from './refusal.ts';
import { formatInstant } from './timestamp.ts';

export type AcknowledgementOptions = {
  /** The header of the message that is answered; absent when it could not be read. */
  header?: Header;
  /** Absent: accepted, AA. */
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
  const match = /^2\.(\d)(?:\.\d)?$/.exec(header?.version ?? '');
  return match === null
    ? { minor: 5, text: DEFAULT_VERSION }
    : { minor: Number(match[1]), text: header?.version ?? DEFAULT_VERSION };
}

/**
 * Gives the general acknowledgement of a message (chapter 2.13: MSH, MSA, ERR) as bytes without a frame: sender and
 * receiver exchanged, `ACK^<trigger>^ACK`, in the message's own version, delimiters and character set. Up to version 2.4
 * ERR-1 says what is wrong and where (ELD); from 2.5 on ERR-2, ERR-3, ERR-4 and ERR-8 do. MSA-3 repeats the text where
 * the version still has it.
 */
export function buildAcknowledgement(options: AcknowledgementOptions): Buffer {
  const { header, refusal } = options;
  const delimiters = header?.delimiters ?? standardDelimiters;
  const characterSet: CharacterSet = header?.characterSet ?? 'ASCII';
  const version = versionOf(header);
  const { field, component, subcomponent } = delimiters;
  const plain = (text: string): string => escapeText(text, delimiters);

  const encoding = `${component}${delimiters.repetition}${delimiters.escape}${subcomponent}`;
  const type = ['ACK', ...(header?.triggerEvent ? [plain(header.triggerEvent), 'ACK'] : [])].join(component);
  const msh = [
    'MSH',
    encoding,
    header?.raw.receivingApplication || APPLICATION,
    header?.raw.receivingFacility ?? '',
    header?.raw.application ?? '',
    header?.raw.facility ?? '',
    formatInstant(options.at),
    '',
    type,
    options.controlId,
    plain(header?.processingId || 'P'),
    version.text,
    ...(characterSet === 'ASCII' ? [] : ['', '', '', '', '', characterSet]),
  ];
  const msa = ['MSA', refusal?.ack ?? 'AA', header?.controlId ?? ''];
  if (refusal !== undefined && version.minor < 7) msa.push(plain(refusal.text));

  const segments = [msh, msa];
  if (refusal !== undefined) {
    const words = errorConditions[refusal.code];
    segments.push(
      version.minor <= 4
        ? [
            'ERR',
            [...eld(refusal.location), [refusal.code, words, 'HL70357'].join(subcomponent)].join(component),
          ]
        : [
            'ERR',
            '',
            erl(refusal.location).join(component),
            [refusal.code, words, 'HL70357'].join(component),
            'E',
            ...['', '', ''],
            plain(refusal.text),
          ],
    );
  }
  return encodeText(segments.map((segment) => `${segment.join(field)}\r`).join(''), characterSet);
}

/** ELD: segment ^ sequence ^ field. */
function eld(location: Location | undefined): string[] {
  if (location === undefined) return ['', '', ''];
  return [location.segment, '1', `${location.field ?? ''}`];
}

/** ERL: segment ^ sequence ^ field ^ repetition ^ component. */
function erl(location: Location | undefined): string[] {
  if (location === undefined) return [];
  if (location.field === undefined) return [location.segment, '1'];
  const place = [location.segment, '1', `${location.field}`, `${location.repetition ?? 1}`];
  return location.component === undefined ? place : [...place, `${location.component}`];
}
