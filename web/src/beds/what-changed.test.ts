import { describe, expect, it } from 'vitest';
import type { Bed } from '#domain/beds/schema.ts';
import { whatChanged } from './what-changed.ts';

const at = '2026-03-01T08:00:00.000Z';
const later = '2026-03-01T09:00:00.000Z';
const by = { kind: 'person', id: 'n', name: 'Nurse' } as const;
const before: Bed = {
  id: 'w4-01',
  name: '4W-01',
  location: { pointOfCare: '4W', room: '1', bed: '1', facility: 'RGH' },
  operationalStatus: 'U',
  version: 3,
  asOf: at,
  source: by,
};
const changed = (change: Partial<Bed>): Bed => ({ ...before, version: 4, ...change });
const claim = { status: 'reserved', by, at: later, until: later } as const;
const cleaning = { kind: 'cleaning', status: 'requested', priority: 'routine', requestedAt: at, by } as const;

describe('what changed about a bed', () => {
  it('is nothing while its version is the same', () => {
    expect(whatChanged(before, { ...before })).toEqual([]);
  });

  it.each<[string, Bed, Bed, object[]]>([
    ['its status', before, changed({ operationalStatus: 'K' }), [{ kind: 'status', from: 'U', to: 'K' }]],
    ['somebody holds it', before, changed({ claim }), [{ kind: 'claimed', by, at: later, until: later }]],
    [
      'somebody else holds it',
      { ...before, claim: { ...claim, at } },
      changed({ claim }),
      [{ kind: 'claimed', by, at: later, until: later }],
    ],
    ['nobody holds it', { ...before, claim }, changed({}), [{ kind: 'claim-gone' }]],
    [
      'its cleaning',
      { ...before, turnaround: cleaning },
      changed({ turnaround: { ...cleaning, status: 'accepted' } }),
      [{ kind: 'turnaround', task: 'cleaning', status: 'accepted' }],
    ],
    [
      'precautions',
      before,
      changed({ isolation: { precaution: 'droplet', since: at } }),
      [{ kind: 'isolated', precaution: 'droplet' }],
    ],
    [
      'no more precautions',
      { ...before, isolation: { precaution: 'droplet', since: at } },
      changed({}),
      [{ kind: 'isolation-ended' }],
    ],
    [
      'who lies there',
      { ...before, operationalStatus: 'O', occupant: { since: at } },
      changed({ operationalStatus: 'O', occupant: { since: later } }),
      [{ kind: 'occupant-changed' }],
    ],
    ['only that somebody restated it', before, changed({ asOf: later }), [{ kind: 'version' }]],
  ])('%s', (_, from, to, expected) => {
    expect(whatChanged(from, to)).toEqual(expected);
  });

  it('never says who lies there', () => {
    const patient = { family: 'Trần', given: 'Minh', mrn: 'D1' };
    const changes = whatChanged(
      before,
      changed({ operationalStatus: 'O', occupant: { since: at, visit: 'V1', patient } }),
    );
    expect(JSON.stringify(changes)).not.toMatch(/Trần|Minh|D1|V1/);
  });
});
