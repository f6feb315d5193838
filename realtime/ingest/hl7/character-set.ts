/**
 * Character sets of table 0211 (MSH-18) that are read and written here. `ISO IR87` stands for the Japanese use of
 * several sets, which the escape sequences of ISO 2022 switch between: ASCII (IR6), JIS X 0201 (IR13, IR14) and
 * JIS X 0208 (IR87). The two orders of UTF-16 have one name in the table.
 */
export type CharacterSet =
  | 'ASCII'
  | `8859/${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 15}`
  | 'UNICODE UTF-8'
  | 'UTF-16BE'
  | 'UTF-16LE'
  | 'GB 18030-2000'
  | 'BIG-5'
  | 'KS X 1001'
  | 'ISO IR87';

/** The names decoders know the sets by (WHATWG Encoding). ASCII and 8859/1 mean something else there. */
const decoderLabels: Readonly<Record<Exclude<CharacterSet, 'ASCII' | '8859/1'>, string>> = {
  '8859/2': 'iso-8859-2',
  '8859/3': 'iso-8859-3',
  '8859/4': 'iso-8859-4',
  '8859/5': 'iso-8859-5',
  '8859/6': 'iso-8859-6',
  '8859/7': 'iso-8859-7',
  '8859/8': 'iso-8859-8',
  '8859/9': 'iso-8859-9',
  '8859/15': 'iso-8859-15',
  'UNICODE UTF-8': 'utf-8',
  'UTF-16BE': 'utf-16be',
  'UTF-16LE': 'utf-16le',
  'GB 18030-2000': 'gb18030',
  'BIG-5': 'big5',
  'KS X 1001': 'euc-kr',
  'ISO IR87': 'iso-2022-jp',
};

/** What stands in MSH-18, and which set that is. The last ones are not in the table, but many engines write them. */
const names: ReadonlyMap<string, CharacterSet> = new Map<string, CharacterSet>([
  ['', 'ASCII'],
  ['ASCII', 'ASCII'],
  ['ISO IR6', 'ASCII'],
  ...(['8859/1', '8859/2', '8859/3', '8859/4', '8859/5', '8859/6', '8859/7', '8859/8'] as const).map(
    (name) => [name, name] as const,
  ),
  ['8859/9', '8859/9'],
  ['8859/15', '8859/15'],
  ['UNICODE UTF-8', 'UNICODE UTF-8'],
  ['GB 18030-2000', 'GB 18030-2000'],
  ['BIG-5', 'BIG-5'],
  ['KS X 1001', 'KS X 1001'],
  ['UTF-8', 'UNICODE UTF-8'],
  ['UTF8', 'UNICODE UTF-8'],
  ['US-ASCII', 'ASCII'],
]);

/** The order of bytes is told by the bytes themselves: the name says only that there are two. */
const namesOfUtf16: ReadonlySet<string> = new Set(['UNICODE UTF-16', 'UNICODE', 'UTF-16']);

const japaneseSets: ReadonlySet<string> = new Set(['ISO IR6', 'ISO IR13', 'ISO IR14', 'ISO IR87', 'ASCII']);

/** Gives the order of the bytes of a text in UTF-16 that begins with `MSH` (or another ASCII letter); else nothing. */
export function utf16Of(bytes: Buffer): 'UTF-16BE' | 'UTF-16LE' | undefined {
  const [first, second] = bytes;
  if (first === 0xfe && second === 0xff) return 'UTF-16BE';
  if (first === 0xff && second === 0xfe) return 'UTF-16LE';
  if (first === 0 && second !== undefined && second > 0x20) return 'UTF-16BE';
  if (second === 0 && first !== undefined && first > 0x20) return 'UTF-16LE';
  return undefined;
}

/**
 * Gives the set of a message whose MSH-18 has these repetitions and whose MSH-20 names this scheme; `utf16` is what
 * the bytes look like. The first repetition is the set of the message; the others are those it may switch to, which
 * only the Japanese ones do here. Nothing when it is a set that cannot be read.
 */
export function characterSetOf(
  repetitions: readonly string[],
  scheme: string,
  utf16?: 'UTF-16BE' | 'UTF-16LE',
): CharacterSet | undefined {
  const [first = '', ...others] = repetitions.map((name) => name.trim());
  if (namesOfUtf16.has(first)) return others.length === 0 ? utf16 : undefined;
  if (utf16 !== undefined) return undefined;
  const switched = others.filter((name) => name !== '');
  if (japaneseSets.has(first) || first === '') {
    const isJapanese = [first, ...switched].some((name) => /^ISO IR(?:13|14|87)$/.test(name));
    if (isJapanese) {
      const isKnown = switched.every((name) => japaneseSets.has(name));
      return isKnown && ['', 'ISO 2022-1994'].includes(scheme) ? 'ISO IR87' : undefined;
    }
  }
  return switched.every((name) => name === first || names.get(name) === 'ASCII')
    ? names.get(first)
    : undefined;
}

/** Gives what MSH-18 and MSH-20 of a message in this set say. */
export function namesOf(set: CharacterSet): { repetitions: readonly string[]; scheme: string } {
  if (set === 'UTF-16BE' || set === 'UTF-16LE') return { repetitions: ['UNICODE UTF-16'], scheme: '' };
  if (set === 'ISO IR87') return { repetitions: ['', 'ISO IR87'], scheme: 'ISO 2022-1994' };
  return { repetitions: set === 'ASCII' ? [] : [set], scheme: '' };
}

/**
 * Gives the text of the bytes, a byte order mark left out; nothing when they are not of that set. Not of it are also
 * 0x80 … 0x9F in a set of one byte (they are Windows-1252 under a false name, as a rule) and characters for private
 * use: nobody can tell what was meant.
 */
export function decodeText(bytes: Buffer, set: CharacterSet): string | undefined {
  if (set === 'ASCII') return bytes.every((byte) => byte < 0x80) ? bytes.toString('latin1') : undefined;
  if (set.startsWith('8859/') && bytes.some((byte) => byte >= 0x80 && byte < 0xa0)) return undefined;
  const text = set === '8859/1' ? bytes.toString('latin1') : decodeWith(bytes, set);
  if (text === undefined || set === 'UNICODE UTF-8') return text;
  if (set === 'ISO IR87' && !endsLinesInAscii(bytes)) return undefined;
  return /[\u0080-\u009f\ue000-\uf8ff]/.test(text) ? undefined : text;
}

function decodeWith(bytes: Buffer, set: Exclude<CharacterSet, 'ASCII' | '8859/1'>): string | undefined {
  try {
    // A byte order mark in UTF-8 is not passed over: it would make another MSH of the first segment.
    const ignoreBOM = set === 'UNICODE UTF-8';
    return new TextDecoder(decoderLabels[set], { fatal: true, ignoreBOM }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Without the way back to ASCII the delimiters that follow would be read as halves of kanji. */
function endsLinesInAscii(bytes: Buffer): boolean {
  return bytes
    .toString('latin1')
    .split(/[\r\n]/)
    .every((line) => {
      const last = line.lastIndexOf('\u001b');
      return last === -1 || line.startsWith('\u001b(B', last);
    });
}

/** Gives the bytes of the text; nothing when the set does not have all of its characters. */
export function encodeText(text: string, set: CharacterSet): Buffer | undefined {
  switch (set) {
    case 'UNICODE UTF-8':
      return Buffer.from(text, 'utf8');
    case 'UTF-16LE':
      return Buffer.from(text, 'utf16le');
    case 'UTF-16BE':
      return Buffer.from(text, 'utf16le').swap16();
    case 'ISO IR87':
      return encodeJapanese(text);
    default:
      return encodeWith(text, bytesByCharacter(set));
  }
}

function encodeWith(text: string, known: ReadonlyMap<string, Buffer>): Buffer | undefined {
  const parts: Buffer[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const bytes = code < 0x80 ? Buffer.of(code) : known.get(character);
    if (bytes === undefined) return undefined;
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

const DOUBLE_BYTE: ReadonlySet<CharacterSet> = new Set(['GB 18030-2000', 'BIG-5', 'KS X 1001']);
const tables = new Map<CharacterSet, ReadonlyMap<string, Buffer>>();

/** There are decoders for these sets and no encoders: what each one or two bytes mean, read the other way round. */
function bytesByCharacter(set: CharacterSet): ReadonlyMap<string, Buffer> {
  const made = tables.get(set);
  if (made !== undefined) return made;
  const table = new Map<string, Buffer>();
  const learn = (bytes: Buffer): void => {
    const character = decodeText(bytes, set);
    if (character !== undefined && [...character].length === 1 && !table.has(character)) {
      table.set(character, bytes);
    }
  };
  for (let lead = 0xa0; lead <= 0xff; lead += 1) if (!DOUBLE_BYTE.has(set)) learn(Buffer.of(lead));
  if (DOUBLE_BYTE.has(set)) {
    for (let lead = 0x81; lead <= 0xfe; lead += 1) {
      for (let trail = 0x40; trail <= 0xfe; trail += 1) learn(Buffer.of(lead, trail));
    }
  }
  tables.set(set, table);
  return table;
}

const KANJI_RUN = /\P{ASCII}+/gu;

/** Each run of characters of JIS X 0208 between the two escape sequences: a run is never empty, nor left open. */
function encodeJapanese(text: string): Buffer | undefined {
  const known = tables.get('ISO IR87') ?? learnKanji();
  let isKnown = true;
  const written = text.replace(KANJI_RUN, (run) => {
    const bytes = encodeWith(run, known);
    isKnown &&= bytes !== undefined;
    return `\u001b$B${bytes?.toString('latin1') ?? ''}\u001b(B`;
  });
  return isKnown ? Buffer.from(written, 'latin1') : undefined;
}

function learnKanji(): ReadonlyMap<string, Buffer> {
  const table = new Map<string, Buffer>();
  for (let row = 0x21; row <= 0x7e; row += 1) {
    for (let cell = 0x21; cell <= 0x7e; cell += 1) {
      const pair = Buffer.of(row, cell);
      const bytes = Buffer.concat([Buffer.from('\u001b$B'), pair, Buffer.from('\u001b(B')]);
      const character = decodeText(bytes, 'ISO IR87');
      if (character !== undefined && [...character].length === 1) table.set(character, pair);
    }
  }
  tables.set('ISO IR87', table);
  return table;
}
