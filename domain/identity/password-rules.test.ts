import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passwordFault } from './password-rules.ts';

const email = 'mai.tran@riverside.example';

describe('a password', () => {
  test.each([
    ['eleven char', 'short'],
    ['', 'short'],
    ['x'.repeat(1025), 'long'],
    ['aaaaaaaaaaaaaaaa', 'repeated'],
    ['abababababababab', 'repeated'],
    ['123456789012', 'common'],
    ['Password1234', 'common'],
    ['P@ssw0rd2026!', 'common'],
    ['qwertyuiop123', 'common'],
    ['hospital2026!', 'common'],
    ['passwordpassword', 'common'],
    ['correct horse battery staple', 'common'],
    ['demo-carewall', 'common'],
    ['mai.tran@riverside.example', 'email'],
    ['MAI.TRAN@riverside.example!', 'email'],
    ['mai.tran2026', 'email'],
    // Full-width letters are letters: it is judged as it is hashed.
    ['Ｐａｓｓｗｏｒｄ１２３４', 'common'],
  ] as const)('%s is %s', (password, fault) => {
    expect(passwordFault(password, email)).toBe(fault);
  });

  test.each([
    'a long walk by the river',
    'sông Hàn mùa thu 7',
    'nurse on a bicycle',
    'x9#kQ!v2Lm@7',
    '日本語のとても長いパスワード',
  ])('%s is one', (password) => {
    expect(passwordFault(password, email)).toBeUndefined();
  });

  test('is judged alike in every spelling that a keyboard may give it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }), (typed) => {
        expect(passwordFault(typed.normalize('NFD'), email)).toBe(
          passwordFault(typed.normalize('NFC'), email),
        );
      }),
    );
  });

  test('is never too long to be judged', () => {
    const began = performance.now();
    passwordFault('password'.repeat(100_000), email);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
