import type { ErrorCode } from '#domain/errors.ts';
import type { MessageKey } from '../language/catalogue.ts';

type FaultKey = Extract<
  MessageKey,
  | 'sign-in.wrong'
  | 'sign-in.email-missing'
  | 'sign-in.email-malformed'
  | 'sign-in.password-missing'
  | 'sign-in.limited'
  | 'sign-in.unavailable'
>;

/** What stands in the way of signing in, by the field it is about or as a whole. */
export interface SignInFaults {
  readonly whole?: FaultKey;
  readonly email?: FaultKey;
  readonly password?: FaultKey;
}

/** What can be seen to be wrong before the server is asked. */
export function faultsOf(email: string, password: string): SignInFaults {
  return {
    ...(email === '' ? { email: 'sign-in.email-missing' } : {}),
    ...(email !== '' && !/^\S+@\S+$/.test(email) ? { email: 'sign-in.email-malformed' } : {}),
    ...(password === '' ? { password: 'sign-in.password-missing' } : {}),
  };
}

/** The reason of a refusal. It never says which of email and password was wrong. */
export function whyRefused(code: ErrorCode): FaultKey {
  switch (code) {
    case 'rate_limited':
      return 'sign-in.limited';
    case 'unavailable':
      return 'sign-in.unavailable';
    default:
      return 'sign-in.wrong';
  }
}
