import { expect, it } from 'vitest';
import { faultsOf, whyRefused } from './faults.ts';

it('finds what is missing or malformed', () => {
  expect(faultsOf('', '')).toEqual({ email: 'sign-in.email-missing', password: 'sign-in.password-missing' });
  expect(faultsOf('nurse', 'x')).toEqual({ email: 'sign-in.email-malformed' });
  expect(faultsOf('nurse@hospital.example', 'x')).toEqual({});
});

it('never says which of email and password was wrong', () => {
  expect(whyRefused('unauthenticated')).toBe(whyRefused('not_found'));
  expect(whyRefused('rate_limited')).toBe('sign-in.limited');
  expect(whyRefused('unavailable')).toBe('sign-in.unavailable');
});
