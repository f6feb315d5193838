import { type CharacterSet, decodeText } from './character-set.ts';

/**
 * The characters a message names in MSH-1 and MSH-2 (chapter 2.5.4). A message that has no use for the last ones may
 * leave them out; version 2.7 adds the truncation character.
 */
export type Delimiters = {
  field: string;
  component: string;
  repetition: string;
  escape?: string;
  subcomponent?: string;
  truncation?: string;
};

export const standardDelimiters: Required<Omit<Delimiters, 'truncation'>> = {
  field: '|',
  component: '^',
  repetition: '~',
  escape: '\\',
  subcomponent: '&',
};

/** Control characters have no place in a value: Postgres refuses NUL, and line breaks forge segments. */
export function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ');
}

/** What stands between two escape characters is one of these: others are the text's own. */
const SWITCH = /^[CM](?:[0-9A-Fa-f]{2}){2,3}$/;
/** The two ways into JIS X 0208, and the ways back to ASCII (or to JIS X 0201, whose letters are the same). */
const TO_KANJI: ReadonlySet<string> = new Set(['M2440', 'M2442']);
const TO_ASCII: ReadonlySet<string> = new Set(['C2842', 'C284A']);

/**
 * Gives a value with its escape sequences resolved (chapter 2.7): the delimiters, `\\X..\\` in the message's
 * character set, kanji between `\\M2442\\` and `\\C2842\\`, line breaks and spacing as a space; highlighting and
 * other formatting is dropped, and sequences of the sender's own (`\\Z..\\`) stand as they came.
 */
export function unescapeText(text: string, delimiters: Delimiters, characterSet: CharacterSet): string {
  const mark = delimiters.escape;
  if (mark === undefined || !text.includes(mark)) return text;
  let result = '';
  let kanji: string | undefined;
  for (const part of partsOf(text, mark)) {
    if (part.code !== undefined && TO_KANJI.has(part.code.toUpperCase())) {
      kanji ??= '';
    } else if (part.code !== undefined && TO_ASCII.has(part.code.toUpperCase())) {
      result += readKanji(kanji);
      kanji = undefined;
    } else {
      const meaning =
        part.code === undefined ? part.text : resolveEscape(part.code, delimiters, characterSet);
      if (kanji === undefined) result += meaning ?? part.text;
      else kanji += meaning ?? part.text;
    }
  }
  return result + readKanji(kanji);
}

/**
 * Gives the first escape sequence that switches to a character set which cannot be read, as `C2D41`; what follows it
 * would be taken for other letters.
 */
export function foreignSwitch(text: string, delimiters: Delimiters): string | undefined {
  const mark = delimiters.escape;
  if (mark === undefined || !text.includes(mark)) return undefined;
  let isKanji = false;
  for (const { code } of partsOf(text, mark)) {
    const known = code?.toUpperCase();
    if (known === undefined || !SWITCH.test(known)) continue;
    if (!TO_KANJI.has(known) && !TO_ASCII.has(known)) return known;
    isKanji = TO_KANJI.has(known);
  }
  return isKanji ? 'M2442' : undefined;
}

/** Cuts a text at its escape characters: plain text, and codes between two of them (with how they were written). */
function partsOf(text: string, mark: string): { text: string; code?: string }[] {
  const pieces = text.split(mark);
  const parts = [{ text: pieces[0] ?? '' }];
  for (let at = 1; at < pieces.length; at += 1) {
    const piece = pieces[at] ?? '';
    if (at < pieces.length - 1 && isCode(piece)) {
      const code = { text: mark + piece + mark, code: piece };
      parts.push(code, { text: pieces[at + 1] ?? '' });
      at += 1;
    } else {
      parts.push({ text: mark + piece });
    }
  }
  return parts;
}

function isCode(piece: string): boolean {
  return (
    /^(?:[FSTREHNP]|X(?:[0-9A-Fa-f]{2})+|\.(?:br|sp|sk|in|ti|fi|nf|ce)(?:[+-]?\d{1,3})?)$/.test(piece) ||
    SWITCH.test(piece)
  );
}

function readKanji(text: string | undefined): string {
  if (text === undefined || text === '') return '';
  const bytes = Buffer.from(`\u001b$B${text}\u001b(B`, 'latin1');
  return withoutControls(decodeText(bytes, 'ISO IR87') ?? text);
}

function resolveEscape(code: string, delimiters: Delimiters, characterSet: CharacterSet): string | undefined {
  switch (code) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component;
    case 'T':
      return delimiters.subcomponent;
    case 'R':
      return delimiters.repetition;
    case 'E':
      return delimiters.escape;
    case 'P':
      return delimiters.truncation;
    case 'H':
    case 'N':
      return '';
  }
  if (code.startsWith('.')) return /^\.(?:fi|nf)/.test(code) ? '' : ' ';
  if (!code.startsWith('X')) return undefined;
  const text = decodeText(Buffer.from(code.slice(1), 'hex'), characterSet);
  return text === undefined ? undefined : withoutControls(text);
}

/**
 * Gives a text that can stand in any field: delimiters as escape sequences (as spaces in a message that has no escape
 * character), control characters as spaces.
 */
export function escapeText(text: string, delimiters: Delimiters): string {
  const mark = delimiters.escape;
  const codes = new Map([
    [delimiters.field, 'F'],
    [delimiters.component, 'S'],
    [delimiters.repetition, 'R'],
  ]);
  if (delimiters.subcomponent !== undefined) codes.set(delimiters.subcomponent, 'T');
  if (mark !== undefined) codes.set(mark, 'E');
  return [...withoutControls(text)]
    .map((character) => {
      const code = codes.get(character);
      if (code === undefined) return character;
      return mark === undefined ? ' ' : mark + code + mark;
    })
    .join('');
}
