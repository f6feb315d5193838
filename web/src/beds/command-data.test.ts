import { describe, expect, it } from 'vitest';
import { commandDefinition } from '#domain/modules.ts';
import { commandData } from './command-data.ts';
import type { BedAction } from './possible-actions.ts';

const zone = 'Asia/Ho_Chi_Minh';
const cases: [BedAction, Record<string, string>, Record<string, unknown>][] = [
  [{ type: 'bed.claim' }, { minutes: '60', visit: '  ' }, { bed: 'b', minutes: 60 }],
  [{ type: 'bed.claim' }, { minutes: '240', visit: ' V1 ' }, { bed: 'b', minutes: 240, visit: 'V1' }],
  [{ type: 'bed.occupy', heldFor: undefined }, {}, { bed: 'b' }],
  [
    { type: 'bed.occupy', heldFor: 'V1' },
    { visit: 'V1', family: 'Trần', birthDate: '1951-04-09' },
    { bed: 'b', visit: 'V1', patient: { family: 'Trần', birthDate: '1951-04-09' } },
  ],
  [
    { type: 'bed.vacate' },
    { leaves: 'K', priority: 'urgent' },
    { bed: 'b', leaves: 'K', priority: 'urgent' },
  ],
  [
    { type: 'bed.request-turnaround', kinds: ['cleaning'] },
    { kind: 'cleaning', priority: 'stat' },
    { bed: 'b', kind: 'cleaning', priority: 'stat' },
  ],
  [{ type: 'bed.advance-turnaround', kind: 'cleaning', to: 'completed' }, {}, { bed: 'b', to: 'completed' }],
  [{ type: 'bed.close' }, { reason: ' Leak ', expectedEnd: '' }, { bed: 'b', reason: 'Leak' }],
  [
    { type: 'bed.close' },
    { reason: 'Leak', expectedEnd: '2026-11-21T10:42' },
    { bed: 'b', reason: 'Leak', expectedEnd: '2026-11-21T03:42:00.000Z' },
  ],
  [{ type: 'bed.isolate', again: false }, { precaution: 'droplet' }, { bed: 'b', precaution: 'droplet' }],
  [{ type: 'bed.release' }, {}, { bed: 'b' }],
  [{ type: 'bed.open' }, {}, { bed: 'b' }],
  [{ type: 'bed.end-isolation' }, {}, { bed: 'b' }],
];

describe('the data of a command', () => {
  it.each(cases)('%o', (action, entered, expected) => {
    const data = commandData(action, 'b', (name) => entered[name] ?? '', zone);
    expect(data).toEqual(expected);
    expect(commandDefinition(action.type)?.data.safeParse(data).success).toBe(true);
  });
});
