import type { SignedIn } from '../live/live.ts';
import { keepChoice, readChoice } from '../ui/remembered.ts';

/** Whether it is no person who is signed in, but a display that shows one board. People have an email. */
export function isWall({ email, grants }: Pick<SignedIn, 'email' | 'grants'>): boolean {
  return email === '' && grants.some(({ role }) => role === 'display');
}

/** Whether this browser last was a wall: when its right has ended it asks for a new one, not for a password. */
export function wasWall(): boolean {
  return readChoice('wall', ['yes', 'no']) === 'yes';
}

/** Remembers whether this browser is a wall. */
export function rememberWall(wall: boolean): void {
  keepChoice('wall', wall ? 'yes' : 'no');
}
