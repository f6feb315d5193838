import { isCommonPassword } from './common-passwords.ts';

export const shortestPassword = 12;
export const longestPassword = 1024;

export type PasswordFault = 'short' | 'long' | 'common' | 'email' | 'repeated';

/**
 * What is wrong with a password that somebody wants to have, or nothing. Length is what counts (NIST SP 800-63B): no
 * rule about kinds of characters. It is judged in the spelling in which it is hashed, so that no keyboard gets around it.
 */
export function passwordFault(password: string, email: string): PasswordFault | undefined {
  const typed = password.normalize('NFKC');
  const letters = [...typed];
  if (letters.length < shortestPassword) return 'short';
  if (letters.length > longestPassword) return 'long';
  if (new Set(letters).size < 4) return 'repeated';
  const plain = typed.toLowerCase();
  const address = email.trim().toLowerCase();
  const [owner = ''] = address.split('@');
  if (address !== '' && plain.includes(address)) return 'email';
  // The name in front of the @ with a few characters around it is the email, too.
  if (owner.length >= 4 && plain.includes(owner) && plain.length - owner.length < 8) return 'email';
  return isCommonPassword(plain) ? 'common' : undefined;
}
