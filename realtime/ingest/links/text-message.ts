/** As many characters of the GSM 7 bit alphabet as one text message holds. */
export const mostTextCharacters = 160;

/**
 * Text in characters that every telephone's plain alphabet has: with any other a message holds 70 of them. Vietnamese is
 * read without its marks.
 */
export function plainText(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .replace(/[^\n\r -Z_a-z]/g, '?')
    .replace(/[`[\\\]^{|}~]/g, '?');
}

/** A message around a name, the name cut so that all of it fits into one. */
export function fitted(name: string, around: (name: string) => string): string {
  const left = mostTextCharacters - around('').length;
  const plain = plainText(name);
  return around(plain.length <= left ? plain : `${plain.slice(0, Math.max(0, left - 1))}.`);
}
