import { describe, expect, it } from 'vitest';
import { bedsModule } from '#domain/beds/module.ts';
import type { Bed, TaskStatus, Turnaround } from '#domain/beds/schema.ts';
import { taskStatusSchema } from '#domain/beds/schema.ts';
import { isLive, turnaroundTransitions } from '#domain/beds/turnaround.ts';
import { mayAsk } from '../app/may-ask.ts';
import { actionKey, possibleActions } from './possible-actions.ts';

const now = '2026-03-01T08:00:00.000Z';
const by = { kind: 'person', id: 'n', name: 'Nurse' } as const;
const unit = { id: 'w4', name: '4 West', facility: 'rgh' };
const path = ['org', 'rgh', 'w4'];
const base: Bed = {
  id: 'w4-01',
  name: '4W-01',
  location: { pointOfCare: '4W', room: '1', bed: '1', facility: 'RGH' },
  operationalStatus: 'U',
  version: 3,
  asOf: now,
  source: by,
};
const claim = { status: 'reserved', by, at: now, until: '2026-03-01T10:00:00.000Z' } as const;
const task = (status: TaskStatus, kind: Turnaround['kind'] = 'cleaning'): Turnaround => ({
  kind,
  status,
  priority: 'routine',
  requestedAt: now,
  by,
});

function offered(bed: Partial<Bed>, role = 'admin', place = 'org'): string[] {
  const found = possibleActions({ bed: { ...base, ...bed }, unit }, { grants: [{ role, place }], path, now });
  return found.map(actionKey).sort();
}

const isolate = 'bed.isolate';

describe('what an administrator can do with a bed that is', () => {
  it.each<[string, Partial<Bed>, string[]]>([
    ['free', {}, ['bed.claim', 'bed.close', isolate, 'bed.occupy', 'bed.request-turnaround']],
    ['held', { claim }, [isolate, 'bed.occupy', 'bed.release', 'bed.request-turnaround']],
    ['occupied', { operationalStatus: 'O' }, [isolate, 'bed.request-turnaround', 'bed.vacate']],
    ['dirty', { operationalStatus: 'H' }, ['bed.close', isolate, 'bed.request-turnaround']],
    ['contaminated', { operationalStatus: 'K' }, ['bed.close', isolate, 'bed.request-turnaround']],
    ['closed', { operationalStatus: 'C' }, [isolate, 'bed.open', 'bed.request-turnaround']],
    [
      'isolated',
      { operationalStatus: 'O', isolation: { precaution: 'contact', since: now } },
      ['bed.end-isolation', isolate, 'bed.request-turnaround', 'bed.vacate'],
    ],
  ])('%s', (_, bed, expected) => {
    expect(offered(bed)).toEqual(expected);
  });

  it.each(taskStatusSchema.options)('being cleaned, the cleaning %s', (status) => {
    const advances = turnaroundTransitions[status].map((to) => `bed.advance-turnaround.${to}`);
    const again = isLive(status) ? [] : ['bed.request-turnaround'];
    expect(offered({ operationalStatus: 'H', turnaround: task(status) })).toEqual(
      ['bed.close', isolate, ...advances, ...again].sort(),
    );
  });
});

it('offers only transport to a bed that is occupied or held, and nothing that is under way already', () => {
  const kinds = (bed: Partial<Bed>) =>
    possibleActions(
      { bed: { ...base, ...bed }, unit },
      { grants: [{ role: 'admin', place: 'org' }], path, now },
    ).flatMap((action) => (action.type === 'bed.request-turnaround' ? action.kinds : []));
  expect(kinds({})).toEqual(['cleaning', 'transport']);
  expect(kinds({ operationalStatus: 'O' })).toEqual(['transport']);
  expect(kinds({ claim })).toEqual(['transport']);
  expect(kinds({ operationalStatus: 'O', turnaround: task('requested', 'transport') })).toEqual([]);
});

it('lets a held bed be occupied for the visit it is held for', () => {
  const held = { ...claim, subject: 'encounter-1', visit: 'V1' };
  const found = possibleActions(
    { bed: { ...base, claim: held }, unit },
    { grants: [{ role: 'nurse', place: 'w4' }], path, now },
  );
  expect(found).toContainEqual({ type: 'bed.occupy', heldFor: 'V1' });
});

describe('who', () => {
  it.each<[string, string[]]>([
    ['nurse', ['bed.claim', 'bed.close', isolate, 'bed.occupy', 'bed.request-turnaround']],
    ['clinician', ['bed.claim', isolate]],
    ['command_center', ['bed.claim']],
    ['logistics', ['bed.request-turnaround']],
    ['receptionist', []],
    ['display', []],
    ['a role of a later version', []],
  ])('as %s', (role, expected) => {
    expect(offered({}, role)).toEqual(expected);
  });

  it('has no right where the grant does not reach', () => {
    expect(offered({}, 'nurse', 'w5')).toEqual([]);
    expect(offered({}, 'nurse', 'w4')).not.toEqual([]);
    expect(mayAsk(bedsModule, 'bed.fly', { grants: [{ role: 'admin', place: 'org' }], path })).toBe(false);
  });
});
