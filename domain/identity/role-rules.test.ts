import { expect, test } from 'vitest';
import { rolePlaceKinds, roleRules } from './role-rules.ts';
import { roles } from './roles.ts';

/** Organisation, region, facility, department, unit; and whether a system's key may act in it. */
const table = {
  patient: '1 0 0 0 0 -',
  clinician: '1 0 1 1 1 key',
  nurse: '1 0 1 1 1 key',
  pharmacist: '1 0 1 1 1 key',
  lab: '1 0 1 1 1 key',
  radiologist: '1 0 1 1 1 key',
  dietician: '1 0 1 1 1 key',
  receptionist: '1 0 1 1 1 key',
  logistics: '1 0 1 1 1 key',
  command_center: '1 1 1 0 0 key',
  accountant: '1 0 0 0 0 key',
  it_support: '1 0 1 0 0 key',
  admin: '1 0 1 0 0 -',
  provider: '0 0 1 0 0 key',
  payer: '1 0 0 0 0 -',
  intermediary: '1 0 0 0 0 -',
  display: '0 0 0 0 0 -',
} as const;

test.each(roles.map((role) => [role]))('%s is held where the table says, each cell', (role) => {
  const { places, forKeys } = roleRules[role];
  const cells = rolePlaceKinds.map((kind) => (places.includes(kind) ? '1' : '0'));
  expect([...cells, forKeys ? 'key' : '-'].join(' ')).toBe(table[role]);
});
