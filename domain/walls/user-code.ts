import { z } from 'zod';

/**
 * The letters of the code that a display shows: no vowel, so that they spell nothing, and none that looks like another
 * (RFC 8628, 6.1).
 */
export const userCodeLetters = 'BCDFGHJKLMNPQRSTVWXZ';
const length = 8;

/** A code as somebody may type it: in small letters, with blanks or without the hyphen. */
export const typedUserCodeSchema = z
  .string()
  .max(40)
  .regex(
    /^[\s-]*(?:[B-DF-HJ-NP-TV-XZb-df-hj-np-tv-xz][\s-]*){8}$/,
    'must be 8 letters as the display shows them',
  );

/** The one form in which a code is kept and shown: `XXXX-XXXX`. */
export function userCodeOf(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z]/g, '');
  return `${letters.slice(0, length / 2)}-${letters.slice(length / 2)}`;
}

/** A code from so many random bytes; the few that would favour some letters are passed over. */
export function userCodeFrom(random: Iterable<number>): string | undefined {
  const usable = 256 - (256 % userCodeLetters.length);
  let letters = '';
  for (const byte of random) {
    if (byte < usable) letters += userCodeLetters.charAt(byte % userCodeLetters.length);
    if (letters.length === length) return userCodeOf(letters);
  }
  return undefined;
}
