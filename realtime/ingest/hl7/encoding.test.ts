import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText, encodeText, escapeText, standardDelimiters, unescapeText } from './encoding.ts';

const read = (text: string, set: 'ASCII' | 'UNICODE UTF-8' | '8859/1' = 'ASCII') =>
  unescapeText(text, standardDelimiters, set);

describe('escape sequences', () => {
  test.each([
    ['Adler \\T\\ Sons', 'Adler & Sons'],
    ['a\\F\\b\\S\\c\\R\\d\\E\\e', 'a|b^c~d\\e'],
    ['\\H\\loud\\N\\', 'loud'],
    ['one\\.br\\two', 'one two'],
    ['\\X41\\\\X4243\\', 'ABC'],
    ['\\X0D0A\\', ' '],
    ['\\X00\\', ' '],
    ['\\X4\\', '\\X4\\'],
    ['\\C2842\\', '\\C2842\\'],
    ['\\Z1\\', '\\Z1\\'],
    ['open \\T', 'open \\T'],
    ['\\\\', '\\\\'],
    ['\\E\\T\\E\\', '\\T\\'],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test('hexadecimal data is in the character set of the message', () => {
    expect(read('M\\XFC\\ller', '8859/1')).toBe('Müller');
    expect(read('M\\XC3BC\\ller', 'UNICODE UTF-8')).toBe('Müller');
    expect(read('M\\XFC\\ller', 'UNICODE UTF-8')).toBe('M\\XFC\\ller');
  });

  test('any text without control characters survives escaping, and holds no delimiter meanwhile', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((one) => !/\p{Cc}/u.test(one));
    fc.assert(
      fc.property(text, (value) => {
        const escaped = escapeText(value, standardDelimiters);
        expect(escaped).not.toMatch(/[|^~&\r\n]/);
        expect(read(escaped, 'UNICODE UTF-8')).toBe(value);
      }),
    );
  });
});

describe('character sets', () => {
  test('bytes that are not of the set are no text', () => {
    expect(decodeText(Buffer.from([0x41, 0xfc]), 'ASCII')).toBeUndefined();
    expect(decodeText(Buffer.from([0x41, 0xfc]), 'UNICODE UTF-8')).toBeUndefined();
    expect(decodeText(Buffer.from([0x41, 0xfc]), '8859/1')).toBe('Aü');
  });

  test('what a set does not have is written as a question mark', () => {
    expect(encodeText('Đỗ ü', '8859/1').toString('latin1')).toBe('?? ü');
    expect(encodeText('Đỗ ü', 'ASCII').toString('latin1')).toBe('?? ?');
    expect(encodeText('Đỗ ü', 'UNICODE UTF-8').toString('utf8')).toBe('Đỗ ü');
  });
});
