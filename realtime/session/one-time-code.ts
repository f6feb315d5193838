import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

const period = 30;
/** Clocks of phones are a little off: the code before and the one after count too. */
const window = 1;

function totp(secret: Buffer): TOTP {
  const bytes = Uint8Array.from(secret);
  return new TOTP({
    issuer: 'Carewall',
    algorithm: 'SHA1',
    digits: 6,
    period,
    secret: new Secret({ buffer: bytes.buffer }),
  });
}

/** A new secret of one-time codes: 160 bits, as RFC 4226 asks. */
export function newTotpSecret(): Buffer {
  return Buffer.from(new Secret({ size: 20 }).bytes);
}

/** How an authenticator is told the secret: typed, and as the address in a QR code. */
export function totpEnrolment(secret: Buffer, email: string): { key: string; uri: string } {
  const of = totp(secret);
  of.label = email;
  return { key: of.secret.base32, uri: of.toString() };
}

/** The time step that a code is of; undefined where it is none of now. */
export function stepOfCode(secret: Buffer, code: string, now: number): number | undefined {
  const delta = totp(secret).validate({ token: code, timestamp: now, window });
  return delta === null ? undefined : Math.floor(now / 1000 / period) + delta;
}

/** Without letters that look like digits. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code that is worth one sign-in: 50 random bits, in two groups that can be read aloud. */
export function newBackupCode(): string {
  const letters = Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
}

/** One spelling for what people make of a backup code; undefined where it cannot be one. */
export function backupCodeAsMade(typed: string): string | undefined {
  const letters = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{10}$/.test(letters) ? `${letters.slice(0, 5)}-${letters.slice(5)}` : undefined;
}
