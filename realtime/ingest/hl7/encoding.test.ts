import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeText, foreignSwitch, standardDelimiters, unescapeText } from './encoding.ts';

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
    ['\\M2442\\;3ED\\C2842\\ Taro', '山田 Taro'],
    ['\\m2442\\;3ED\\c2842\\', '\\m2442\\;3ED\\c2842\\'],
    ['\\.sp3\\a\\.in+4\\b\\.fi\\c', ' a bc'],
    ['\\P\\', '\\P\\'],
    ['C:\\TEMP\\X', 'C:\\TEMP\\X'],
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

describe('messages that leave delimiters out, or name more', () => {
  test('without an escape character nothing is escaped, and our own text has no delimiter', () => {
    const few = { field: '|', component: '^', repetition: '~' };
    expect(unescapeText('a\\F\\b', few, 'ASCII')).toBe('a\\F\\b');
    expect(escapeText('a|b&c', few)).toBe('a b&c');
  });

  test('the truncation character of 2.7', () => {
    expect(unescapeText('\\P\\1', { ...standardDelimiters, truncation: '#' }, 'ASCII')).toBe('#1');
  });
});

test.each([
  ['\\M2442\\;3\\C2842\\', undefined],
  ['plain \\F\\', undefined],
  ['\\C2D41\\Mller', 'C2D41'],
  ['\\M242843\\', 'M242843'],
  ['\\M2442\\;3ED', 'M2442'],
])('the switch to a set that cannot be read, or that never ends, is found in %s', (text, found) => {
  expect(foreignSwitch(text, standardDelimiters)).toBe(found);
});
