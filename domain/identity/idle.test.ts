import { expect, it } from 'vitest';
import { idleMinutesOf } from './idle.ts';
import { roles } from './roles.ts';

it('signs a desk out after 15 minutes, and nobody who may see a patient’s record at a desk of their own later', () => {
  const longer = roles.filter((role) => idleMinutesOf([{ role }]) > 15);
  expect(longer).toEqual(['command_center', 'provider', 'payer', 'intermediary']);
});

it('goes by the shortest of several roles, and by none of the relations', () => {
  expect(idleMinutesOf([])).toBe(15);
  expect(idleMinutesOf([{ role: 'self' }])).toBe(15);
  expect(idleMinutesOf([{ role: 'command_center' }, { role: 'self' }, { role: 'member' }])).toBe(60);
  expect(idleMinutesOf([{ role: 'command_center' }, { role: 'nurse' }])).toBe(15);
});
