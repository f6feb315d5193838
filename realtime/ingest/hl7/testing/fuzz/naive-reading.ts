/**
 * Another reading of a message than the product's, written from the standard alone and shared with nothing of it: slow,
 * trusting, and simple enough to be seen to be right. It gives every text that may stand at a place.
 */
export type NaiveReading = { at(segment: string, field: number, component: number): ReadonlySet<string> };

const labels: Readonly<Record<string, string>> = {
  'UNICODE UTF-8': 'utf-8',
  'UTF-8': 'utf-8',
  UTF8: 'utf-8',
  'GB 18030-2000': 'gb18030',
  'BIG-5': 'big5',
  'KS X 1001': 'euc-kr',
};

function textOf(bytes: Buffer): string {
  const start = bytes.subarray(0, 4).toString('hex');
  if (start.startsWith('fffe') || /^4d00/.test(start))
    return bytes.toString('utf16le').replace(/^\ufeff/, '');
  if (start.startsWith('feff') || /^004d/.test(start)) {
    return Buffer.from(bytes)
      .swap16()
      .toString('utf16le')
      .replace(/^\ufeff/, '');
  }
  const line = bytes.toString('latin1').split(/[\r\n]/)[0] ?? '';
  return new TextDecoder(labelOf(line), { ignoreBOM: true }).decode(bytes);
}

function labelOf(line: string): string {
  const named = (line.split(line.charAt(3))[17] ?? '').split(line.charAt(5)).map((name) => name.trim());
  const part = /^8859(?:\/|.[FSRET].)(\d+)$/.exec(named[0] ?? '')?.[1];
  if (part !== undefined) return `iso-8859-${part}`;
  if (named.some((name) => name.startsWith('ISO IR'))) return 'iso-2022-jp';
  // The second byte of a letter may have looked like a delimiter.
  const found = labels[named[0] ?? ''] ?? Object.entries(labels).find(([name]) => line.includes(name))?.[1];
  return found ?? 'utf-8';
}

export function readNaively(bytes: Buffer): NaiveReading {
  const text = textOf(bytes);
  const field = text.charAt(3);
  const end = text.indexOf(field, 4);
  const [component = '', repetition = '', mark, subcomponent] =
    text.slice(4, end === -1 ? undefined : end).split(/[\r\n]/)[0] ?? '';
  const lines = text.split(/[\r\n]+/);
  const meanings: Readonly<Record<string, string | undefined>> = {
    ...{ F: field, S: component, R: repetition, E: mark, T: subcomponent, H: '', N: '' },
  };

  function plain(raw: string): string {
    const first = subcomponent === undefined ? raw : (raw.split(subcomponent)[0] ?? '');
    if (mark === undefined || first === '""') return first === '""' ? '' : first.trim();
    let result = '';
    for (let at = 0; at < first.length; at += 1) {
      const close = first.charAt(at) === mark ? first.indexOf(mark, at + 1) : -1;
      const meaning = close === -1 ? undefined : meanings[first.slice(at + 1, close)];
      result += meaning ?? first.charAt(at);
      if (meaning !== undefined) at = close;
    }
    return result.trim();
  }

  return {
    at(segment, number, index) {
      const found = new Set<string>();
      for (const line of lines) {
        const fields = line.split(field);
        if (fields[0] !== segment) continue;
        const value = fields[segment === 'MSH' ? number - 1 : number] ?? '';
        for (const one of value.split(repetition)) found.add(plain(one.split(component)[index - 1] ?? ''));
      }
      return found;
    },
  };
}

/** Whether a text holds escape sequences that the naive reading does not resolve. */
export function isBeyondNaive(bytes: Buffer): boolean {
  const text = textOf(bytes);
  const mark = text.charAt(6);
  return ['X', 'C', 'M', '.', 'P'].some((code) => text.includes(mark + code));
}
