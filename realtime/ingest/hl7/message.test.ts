import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMessage } from './message.ts';
import { bytesOf, evn, message, msh, pid, pv1 } from './sample-messages.ts';

const full = message(msh(), evn, pid, pv1);

function parsed(text: string, encoding: 'utf8' | 'latin1' = 'utf8') {
  const outcome = parseMessage(bytesOf(text, encoding));
  if (!outcome.ok) throw new Error(outcome.refusal.text);
  return outcome.value;
}

function refused(bytes: Buffer | string) {
  const outcome = parseMessage(typeof bytes === 'string' ? bytesOf(bytes) : bytes);
  if (outcome.ok) throw new Error('expected a refusal');
  const { ack, code, text } = outcome.refusal;
  return `${ack} ${code} ${text}`;
}

describe('reading a message', () => {
  test('the header', () => {
    const { header } = parsed(message(msh({ application: 'ADTSYS^1.2.3^ISO', facility: 'NORTH&x' })));
    expect(header).toMatchObject({
      application: 'ADTSYS',
      facility: 'NORTH',
      sentAt: '20260131083000',
      messageCode: 'ADT',
      triggerEvent: 'A01',
      controlId: 'MSG00001',
      processingId: 'P',
      version: '2.5.1',
      characterSet: 'ASCII',
    });
    expect(header.raw.application).toBe('ADTSYS^1.2.3^ISO');
  });

  test('components, repetitions, subcomponents, and what is not there', () => {
    const read = parsed(message(msh(), 'PID|1||A^^^X~B^^^Y&1.2&ISO^MR||Do\\T\\e&van&||""|'));
    expect(read.value('PID', 3)).toBe('A');
    expect(read.value('PID', 3, { repetition: 2, component: 4 })).toBe('Y');
    expect(read.value('PID', 3, { repetition: 3 })).toBe('');
    expect(read.repetitions('PID', 3)).toBe(2);
    expect(read.value('PID', 5)).toBe('Do&e');
    expect(read.value('PID', 7)).toBe('');
    expect(read.value('PID', 99)).toBe('');
    expect(read.value('ZZZ', 1)).toBe('');
    expect(read.repetitions('ZZZ', 1)).toBe(0);
  });

  test('segments that occur several times, in their order, with foreign ones between', () => {
    const second = (text: string) =>
      text.replace('|1|', '|2|').replace('401', '402').replace('D000123', 'D2');
    const read = parsed(message(msh(), evn, pid, 'ZPI|x', pv1, second(pid), second(pv1)));
    expect(read.segments).toEqual(['MSH', 'EVN', 'PID', 'ZPI', 'PV1', 'PID', 'PV1']);
    expect([read.occurrences('PV1'), read.occurrences('MRG')]).toEqual([2, 0]);
    expect(read.value('PV1', 3, { component: 2, occurrence: 2 })).toBe('402');
    expect(read.value('PID', 3)).toBe('D000123');
    expect(read.value('PID', 3, { occurrence: 2 })).toBe('D2');
    expect(read.value('PID', 3, { occurrence: 3 })).toBe('');
    expect([read.repetitions('PID', 3, 2), read.repetitions('PID', 3, 3)]).toEqual([1, 0]);
  });

  test('other legal delimiters, and the truncation character of 2.7', () => {
    const odd = full.replaceAll('|', '*').replaceAll('^', ':');
    expect(parsed(odd).value('PV1', 3, { component: 3 })).toBe('A');
    const truncating = message(msh({ version: '2.7' }).replace('^~\\&', '^~\\&#'), evn, pid, pv1);
    expect(parsed(truncating).value('PV1', 19)).toBe('V000123');
  });

  test('segments may end in LF or CR LF', () => {
    expect(parsed(full.replaceAll('\r', '\r\n')).value('PV1', 19)).toBe('V000123');
    expect(parsed(full.replaceAll('\r', '\n')).value('PV1', 19)).toBe('V000123');
  });

  test('character sets: Latin-1 and UTF-8, in the header too', () => {
    const name = (set: string) =>
      message(msh({ characterSet: set, facility: 'SÜD' }), 'PID|1||A||Müller^Zoë');
    const latin = parsed(name('8859/1'), 'latin1');
    expect([latin.value('PID', 5), latin.header.facility]).toEqual(['Müller', 'SÜD']);
    const unicode = parsed(name('UNICODE UTF-8').replace('Zoë', 'Thị Hương'));
    expect(unicode.value('PID', 5, { component: 2 })).toBe('Thị Hương');
    expect(unicode.header.facility).toBe('SÜD');
  });

  test('a character whose second byte is a delimiter, before MSH-18 too', () => {
    // The second byte of 功 (A5 5C) is a backslash, that of 育 (A8 7C) a field separator.
    const big5 = Buffer.concat([
      Buffer.from('MSH|^~\\&|ADTSYS|'),
      Buffer.from('a87c', 'hex'),
      Buffer.from('|C|N|20260131083000||ADT^A01|M1|P|2.5.1||||||BIG-5\rPID|1||A||'),
      Buffer.from('a55ca87c', 'hex'),
      Buffer.from('^X\r'),
    ]);
    const outcome = parseMessage(big5);
    expect(outcome.ok && outcome.value.value('PID', 5)).toBe('功育');
    expect(outcome.ok && outcome.value.header.facility).toBe('育');
  });

  test('UTF-16, which must end as a segment does: MLLP may have cut it', () => {
    const text = message(msh({ characterSet: 'UNICODE UTF-16', facility: 'SÜD' }), 'PID|1||A||Đỗ');
    for (const bytes of [Buffer.from(text, 'utf16le'), Buffer.from(`\ufeff${text}`, 'utf16le').swap16()]) {
      const outcome = parseMessage(bytes);
      expect(outcome.ok && [outcome.value.value('PID', 5), outcome.value.header.facility]).toEqual([
        'Đỗ',
        'SÜD',
      ]);
      expect(refused(bytes.subarray(0, -2))).toBe('AR 102 Data type error: MSH-18');
    }
    expect(refused(Buffer.from(message(msh()), 'utf16le'))).toBe('AR 103 Table value not found: MSH-18');
    expect(refused(bytesOf(text))).toBe('AR 103 Table value not found: MSH-18');
  });

  test('delimiters that are left out because nothing needs them', () => {
    const read = parsed(message(msh().replace('^~\\&', '^~'), 'PID|1||A&B\\F\\^^^X||O'));
    expect(read.value('PID', 3)).toBe('A&B\\F\\');
    expect(read.value('PID', 3, { component: 4 })).toBe('X');
  });

  test.each([
    ...['2.1', '2.2', '2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7', '2.7.1', '2.8', '2.8.2'],
  ])('version %s is read', (version) => {
    expect(parsed(message(msh({ version }), evn, pid, pv1)).value('PV1', 19)).toBe('V000123');
  });
});

describe('what is refused', () => {
  test.each([
    ['no MSH', 'PID|1', 'AR 100 Segment sequence error: MSH'],
    ['nothing', '', 'AR 100 Segment sequence error: MSH'],
    ['a byte order mark first', `\ufeff${full}`, 'AR 100 Segment sequence error: MSH'],
    ['a letter as separator', full.replaceAll('|', 'x'), 'AR 102 Data type error: MSH-2'],
    ['twice the same delimiter', full.replace('^~\\&', '^^\\&'), 'AR 102 Data type error: MSH-2'],
    ['too few delimiters', full.replace('^~\\&', '^'), 'AR 102 Data type error: MSH-2'],
    ['MSH alone', 'MSH', 'AR 102 Data type error: MSH-2'],
    ['an unknown version', message(msh({ version: '3.0' })), 'AR 203 Unsupported version id: MSH-12'],
    ['a version not yet known', message(msh({ version: '2.9' })), 'AR 203 Unsupported version id: MSH-12'],
    ['no version', message(msh({ version: '' })), 'AR 203 Unsupported version id: MSH-12'],
    ['no control id', message(msh({ controlId: '' })), 'AR 101 Required field missing: MSH-10'],
    ['a long control id', message(msh({ controlId: 'x'.repeat(200) })), 'AR 104 Value too long: MSH-10'],
    [
      'a header field of no header',
      message(msh({ facility: 'x'.repeat(999) })),
      'AR 104 Value too long: MSH-4',
    ],
    [
      'another character set',
      message(msh({ characterSet: 'CNS 11643-1992' })),
      'AR 103 Table value not found: MSH-18',
    ],
    ['two sets', message(msh({ characterSet: 'ASCII~8859/2' })), 'AR 103 Table value not found: MSH-18'],
    ['a switch to a set of no table', full.replace('Agnes', '\\C2D41\\gnes'), 'AE 102 Data type error: PID'],
    ['a segment with a component for a name', `${full}ZZZ^1|x\r`, 'AE 100 Segment sequence error'],
    ['a second header', full + full, 'AE 100 Segment sequence error: MSH'],
    ['a line that is no segment', `${full}and so on\r`, 'AE 100 Segment sequence error'],
    ['a control character', full.replace('Agnes', 'Ag\0nes'), 'AE 102 Data type error: PID'],
    ['too many segments', full + 'NTE|1\r'.repeat(600), 'AR 104 Value too long'],
    ['too many fields', `${full}OBX${'|'.repeat(300)}\r`, 'AR 104 Value too long: OBX'],
    ['too many parts', `${full}OBX|1|${'~'.repeat(60_000)}\r`, 'AR 104 Value too long: OBX'],
  ])('%s', (_name, text, expected) => {
    expect(refused(text)).toBe(expected);
  });

  test('bytes that are not of the character set named', () => {
    expect(refused(bytesOf(full.replace('Agnes', 'Zoë')))).toBe('AR 102 Data type error: MSH-18');
    const unicode = message(msh({ characterSet: 'UNICODE UTF-8' }), 'PID|1||A||Müller');
    expect(refused(bytesOf(unicode, 'latin1'))).toBe('AR 102 Data type error: MSH-18');
  });

  test('whatever comes, it is read or refused, never thrown', () => {
    const noise = fc.array(
      fc.constantFrom('|', '^', '~', '&', '\\', '\r', 'MSH', 'PID', 'A', '1', '\u00e9', '\0', '""'),
    );
    fc.assert(
      fc.property(noise, (parts) => {
        expect(() => parseMessage(bytesOf(parts.join('')))).not.toThrow();
        expect(() => parseMessage(bytesOf(full + parts.join('')))).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
