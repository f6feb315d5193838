/** The characters a message names in MSH-1 and MSH-2 (chapter 2.5.4). */
export type Delimiters = {
  field: string;
  component: string;
  repetition: string;
  escape: string;
  subcomponent: string;
};

export const standardDelimiters: Delimiters = {
  field: '|',
  component: '^',
  repetition: '~',
  escape: '\\',
  subcomponent: '&',
};

/** Character sets of table 0211 (MSH-18) that are read and written here. */
export type CharacterSet = 'ASCII' | 'UNICODE UTF-8' | '8859/1';

const characterSetNames = new Map<string, CharacterSet>([
  ['', 'ASCII'],
  ['ASCII', 'ASCII'],
  ['UNICODE UTF-8', 'UNICODE UTF-8'],
  // Not in the table, but what many engines write.
  ['UTF-8', 'UNICODE UTF-8'],
  ['8859/1', '8859/1'],
]);

/** Gives the character set MSH-18 names; nothing when it is one that is not supported. */
export function characterSetOf(msh18: string): CharacterSet | undefined {
  return characterSetNames.get(msh18.trim());
}

/** Gives the text of the bytes; nothing when they are not of that character set. */
export function decodeText(bytes: Buffer, characterSet: CharacterSet): string | undefined {
  if (characterSet === '8859/1') return bytes.toString('latin1');
  if (characterSet === 'ASCII') {
    return bytes.every((byte) => byte < 0x80) ? bytes.toString('latin1') : undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Gives the bytes of the text; what the character set does not have becomes `?`. */
export function encodeText(text: string, characterSet: CharacterSet): Buffer {
  if (characterSet === 'UNICODE UTF-8') return Buffer.from(text, 'utf8');
  const highest = characterSet === 'ASCII' ? 0x7f : 0xff;
  const known = [...text].map((character) => ((character.codePointAt(0) ?? 0) > highest ? '?' : character));
  return Buffer.from(known.join(''), 'latin1');
}

/** Control characters have no place in a value: Postgres refuses NUL, and line breaks forge segments. */
export function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ');
}

/**
 * Gives a value with its escape sequences resolved (chapter 2.7): the delimiters, `\X..\` in the message's
 * character set, `\.br\` as a space; highlighting is dropped, and sequences that are not ours to interpret
 * (`\C..\`, `\M..\`, `\Z..\`) stand as they came.
 */
export function unescapeText(text: string, delimiters: Delimiters, characterSet: CharacterSet): string {
  const mark = delimiters.escape;
  if (!text.includes(mark)) return text;
  const parts = text.split(mark);
  let result = parts[0] ?? '';
  for (let at = 1; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    const isClosed = at < parts.length - 1;
    const meaning = isClosed ? resolveEscape(part, delimiters, characterSet) : undefined;
    if (meaning === undefined) {
      result += mark + part;
    } else {
      result += meaning + (parts[at + 1] ?? '');
      at += 1;
    }
  }
  return result;
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
    case 'H':
    case 'N':
      return '';
    case '.br':
    case '.sp':
      return ' ';
  }
  if (!/^X(?:[0-9A-Fa-f]{2})+$/.test(code)) return undefined;
  const text = decodeText(Buffer.from(code.slice(1), 'hex'), characterSet);
  return text === undefined ? undefined : withoutControls(text);
}

/** Gives a text that can stand in any field: delimiters as escape sequences, control characters as spaces. */
export function escapeText(text: string, delimiters: Delimiters): string {
  const mark = delimiters.escape;
  const codes = new Map([
    [delimiters.field, 'F'],
    [delimiters.component, 'S'],
    [delimiters.subcomponent, 'T'],
    [delimiters.repetition, 'R'],
    [mark, 'E'],
  ]);
  return [...withoutControls(text)]
    .map((character) => {
      const code = codes.get(character);
      return code === undefined ? character : mark + code + mark;
    })
    .join('');
}
