import { describe, expect, it } from 'vitest';
import type { Alert, UnitAlerts } from '#domain/alerts/schema.ts';
import type { Bed, UnitBeds } from '#domain/beds/schema.ts';
import type { UnitFeeds } from '#domain/feeds/schema.ts';
import { millis } from '#domain/instant.ts';
import type { TopicReading } from '../live/live.ts';
import { unitSummary } from './unit-summary.ts';

const source = { kind: 'feed', id: 'demo', name: 'DEMO' } as const;
const at = '2026-03-01T08:00:00.000Z';
const now = millis(at) + 2000;
const unit = { id: 'w4', name: '4 West', facility: 'rgh' };

const bed = (id: string, rest: Partial<Bed>): Bed => ({
  id,
  name: id,
  location: { pointOfCare: '4W', room: '1', bed: '1', facility: 'RGH' },
  operationalStatus: 'U',
  version: 1,
  asOf: at,
  source,
  ...rest,
});
const reading = <State>(
  state: State | undefined,
  rest: Partial<TopicReading<State>> = {},
): TopicReading<State> => ({
  status: 'current',
  state,
  seq: 1,
  confirmedAt: at,
  ...rest,
});
const beds = (...all: Bed[]): UnitBeds => ({
  unit,
  beds: Object.fromEntries(all.map((one) => [one.id, one])),
});
const alert = (id: string, rest: Partial<Alert>): Alert => ({
  id,
  kind: 'discrepancy',
  reason: 'claim-overruled',
  about: { kind: 'bed', id: 'a', name: 'a' },
  owner: 'nurse',
  status: 'raised',
  raisedAt: at,
  version: 1,
  asOf: at,
  source,
  ...rest,
});

describe('a unit in numbers', () => {
  it('is its counts, its share, its age and its alerts', () => {
    const alerts: UnitAlerts = {
      unit,
      alerts: { x: alert('x', {}), y: alert('y', { status: 'acknowledged', owner: 'logistics' }) },
    };
    const shown = unitSummary(
      reading(beds(bed('a', { operationalStatus: 'O' }), bed('b', {}), bed('c', { operationalStatus: 'C' }))),
      reading(alerts),
      now,
    );
    expect(shown).toMatchObject({
      status: 'shown',
      tally: { occupied: 1, free: 1, closed: 1 },
      occupancy: { low: 0.5, high: 0.5 },
      freshness: 'fresh',
      said: { at, source },
      alerts: { count: 2, unacknowledged: 1, owners: ['logistics', 'nurse'] },
    });
  });

  it('holds nothing that says who lies there, even where the viewer may know', () => {
    const patient = { mrn: 'D000123', family: 'Trần', given: 'Minh', birthDate: '1951-04-09' };
    const occupant = { since: at, subject: 'subject-1', encounter: 'encounter-1', visit: 'V000123', patient };
    const held = {
      status: 'reserved',
      by: source,
      at,
      until: at,
      subject: 'subject-2',
      visit: 'V000124',
    } as const;
    const shown = JSON.stringify(
      unitSummary(
        reading(beds(bed('a', { operationalStatus: 'O', occupant }), bed('b', { claim: held }))),
        reading({ unit, alerts: { x: alert('x', { visit: 'V000125', subject: 'subject-3' }) } }),
        now,
      ),
    );
    for (const secret of ['D000123', 'Trần', 'Minh', '1951', 'subject-', 'encounter-', 'V00012']) {
      expect(shown).not.toContain(secret);
    }
  });

  it('is stale without confirmation for two minutes', () => {
    expect(unitSummary(reading(beds(bed('a', {}))), undefined, now + 120_000)).toMatchObject({
      freshness: 'stale',
      silent: false,
    });
  });

  it('ages by silence though the server confirms it', () => {
    const dayLater = now + 25 * 3_600_000;
    const confirmed = { confirmedAt: '2026-03-02T09:00:00.000Z' };
    expect(unitSummary(reading(beds(bed('a', {})), confirmed), undefined, dayLater)).toMatchObject({
      freshness: 'ageing',
      silent: true,
    });
  });

  it('INV-7.4 is as old as the silence of a feed that speaks of it', () => {
    const presence = { feed: 'adt', name: 'ADT', limitMinutes: 60, version: 2, asOf: at, source };
    const feeds = (silentSince?: string) =>
      reading<UnitFeeds>({
        unit,
        feeds: { adt: silentSince === undefined ? presence : { ...presence, silentSince } },
      });
    const at90 = { confirmedAt: '2026-03-01T09:30:00.000Z' };
    const later = millis(at90.confirmedAt);
    const beds90 = reading(beds(bed('a', {})), at90);
    expect(unitSummary(beds90, undefined, later, feeds())).toMatchObject({
      freshness: 'fresh',
      silentFeed: undefined,
    });
    expect(unitSummary(beds90, undefined, later, feeds(at))).toMatchObject({
      freshness: 'ageing',
      silentFeed: { name: 'ADT', since: at },
    });
    expect(unitSummary(beds90, undefined, later, feeds('2026-03-01T07:00:00.000Z'))).toMatchObject({
      freshness: 'stale',
    });
  });

  it('says when there is nothing to show', () => {
    expect(unitSummary(reading<UnitBeds>(undefined, { status: 'loading' }), undefined, now)).toEqual({
      status: 'loading',
    });
    expect(unitSummary(reading(beds(), { status: 'missing' }), undefined, now)).toEqual({
      status: 'missing',
    });
  });
});
