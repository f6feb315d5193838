import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CharacterSet,
  characterSetOf,
  decodeText,
  encodeText,
  namesOf,
  utf16Of,
} from './character-set.ts';

/** Names as they are written where the sets come from. */
const samples: [CharacterSet, string, string][] = [
  ['ASCII', 'Holloway', '486f6c6c6f776179'],
  ['8859/1', 'Müller', '4dfc6c6c6572'],
  ['8859/2', 'Łukasz', 'a3756b61737a'],
  ['8859/3', 'Ġorġ', 'd56f72f5'],
  ['8859/4', 'Šķēle', 'a9f3ba6c65'],
  ['8859/5', 'Иванов', 'b8d2d0ddded2'],
  ['8859/6', 'محمد', 'e5cde5cf'],
  ['8859/7', 'Παπάς', 'd0e1f0dcf2'],
  ['8859/8', 'כהן', 'ebe4ef'],
  ['8859/9', 'Yıldız', '59fd6c64fd7a'],
  ['8859/15', 'Œuvré €', 'bc757672e920a4'],
  ['UNICODE UTF-8', 'Đỗ', 'c490e1bb97'],
  ['UTF-16BE', 'Đỗ', '01101ed7'],
  ['UTF-16LE', 'Đỗ', '1001d71e'],
  ['GB 18030-2000', '张伟', 'd5c5ceb0'],
  ['BIG-5', '陳大文', 'b3afa46aa4e5'],
  ['KS X 1001', '김철수', 'b1e8c3b6bcf6'],
];

describe('character sets', () => {
  test.each(samples)('%s: %s', (set, text, hex) => {
    expect(decodeText(Buffer.from(hex, 'hex'), set)).toBe(text);
    expect(encodeText(text, set)?.toString('hex')).toBe(hex);
  });

  test('ISO IR87 by the escape sequences of ISO 2022, which end where a line does', () => {
    const yamada = Buffer.from('\u001b$B;3ED\u001b(B^Taro\r', 'latin1');
    expect(decodeText(yamada, 'ISO IR87')).toBe('山田^Taro\r');
    expect(decodeText(Buffer.from('\u001b$B;3ED\r', 'latin1'), 'ISO IR87')).toBeUndefined();
    expect(decodeText(Buffer.from('\u001b$(D0!\u001b(B', 'latin1'), 'ISO IR87')).toBeUndefined();
    const written = encodeText('山田 T', 'ISO IR87');
    expect(written && decodeText(written, 'ISO IR87')).toBe('山田 T');
  });

  test.each([
    ['ASCII', '41fc'],
    ['UNICODE UTF-8', '41fc'],
    ['8859/1', '4d92'],
    ['8859/9', '80'],
    ['8859/6', 'ff'],
    ['BIG-5', 'a4'],
    ['BIG-5', '80'],
    ['UTF-16BE', '004d00'],
    ['UTF-16LE', '00d8'],
    ['KS X 1001', '81ff'],
  ] as const)('bytes that are not of %s are no text: %s', (set, hex) => {
    expect(decodeText(Buffer.from(hex, 'hex'), set)).toBeUndefined();
  });

  test('what a set does not have is not written in it', () => {
    expect(encodeText('Đỗ', '8859/1')).toBeUndefined();
    expect(encodeText('ü', 'ASCII')).toBeUndefined();
    expect(encodeText('ü', 'BIG-5')).toBeUndefined();
    expect(encodeText('ü', 'ISO IR87')).toBeUndefined();
  });

  test.each(samples.map(([set]) => set))('%s: what is written is read again', (set) => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = encodeText(text, set);
        const isPlain = !/[\u0080-\u009f\ue000-\uf8ff]|^\ufeff/.test(text);
        if (bytes !== undefined && isPlain) expect(decodeText(bytes, set)).toBe(text);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what MSH-18 and MSH-20 name', () => {
  test.each([
    [[''], '', 'ASCII'],
    [['8859/2'], '', '8859/2'],
    [['UTF-8'], '', 'UNICODE UTF-8'],
    [['', 'ISO IR87'], 'ISO 2022-1994', 'ISO IR87'],
    [['ISO IR6', 'ISO IR13', 'ISO IR87'], '', 'ISO IR87'],
    [['8859/1', 'ASCII'], '', '8859/1'],
    [['', 'ISO IR159'], 'ISO 2022-1994', undefined],
    [['', 'ISO IR87'], '2.3', undefined],
    [['ASCII', '8859/2'], '', undefined],
    [['UNICODE UTF-16'], '', undefined],
    [['UNICODE UTF-32'], '', undefined],
    [['CNS 11643-1992'], '', undefined],
    [['KLINGON'], '', undefined],
  ])('%j %s', (repetitions, scheme, expected) => {
    expect(characterSetOf(repetitions, scheme)).toBe(expected);
  });

  test('the order of UTF-16 is told by the bytes', () => {
    expect(utf16Of(Buffer.from('MSH', 'utf16le'))).toBe('UTF-16LE');
    expect(utf16Of(Buffer.from('\ufeffMSH', 'utf16le').swap16())).toBe('UTF-16BE');
    expect(utf16Of(Buffer.from('MSH'))).toBeUndefined();
    expect(characterSetOf(['UNICODE UTF-16'], '', 'UTF-16LE')).toBe('UTF-16LE');
    expect(characterSetOf([''], '', 'UTF-16LE')).toBeUndefined();
  });

  test('and what we say of a set names it', () => {
    for (const [set] of samples) {
      const { repetitions, scheme } = namesOf(set);
      const utf16 = set === 'UTF-16BE' || set === 'UTF-16LE' ? set : undefined;
      expect(characterSetOf(repetitions.length === 0 ? [''] : repetitions, scheme, utf16)).toBe(set);
    }
  });
});
