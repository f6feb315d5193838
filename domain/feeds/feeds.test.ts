import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decision, DecisionContext } from '../module.ts';
import type { FeedCommandOf } from './commands.ts';
import { decideDismiss, decideKeep, decideReplay, decideSettle, mostWaiting } from './decide-entry.ts';
import { decideConfigure, decideContact, decideFallSilent, type FeedPlace, newFeed } from './decide-feed.ts';
import { entrySteps, entryTransitions, isKept } from './entry-states.ts';
import { contactChangedSchema, entryChangedSchema, isContactEvent, presenceChangedSchema } from './events.ts';
import { evolveFeeds } from './evolve.ts';
import { type Contact, type Entry, entryStatuses, type Feeds, type Presence } from './schema.ts';
import { fallsSilentAt, feedFreshness, worstSilence } from './silence.ts';

const admin = { kind: 'person', id: 'an-admin', name: 'Admin' } as const;
const speaker = { kind: 'feed', id: 'a-feed', name: 'ADT' } as const;
const minute = 60_000;
const t0 = Date.UTC(2026, 2, 1, 8);
const at = (minutes: number) => new Date(t0 + minutes * minute).toISOString();
const context = (minutes: number, by: DecisionContext['by'] = admin): DecisionContext => ({
  now: at(minutes),
  by,
  newId: () => 'new-id',
});

const feed = newFeed(
  {
    id: 'a-feed',
    name: 'ADT',
    application: 'ADT',
    facility: 'RGH',
    place: { id: 'rgh', name: 'Riverside' },
  },
  context(0),
);
const place = (contact?: Contact, presences: FeedPlace['presences'] = []): FeedPlace => ({
  org: 'an-org',
  feed,
  contact,
  presences,
  timezone: 'Asia/Ho_Chi_Minh',
});
const contactCommand = (minutes: number, units: string[] = []): FeedCommandOf<'feed.record-contact'> => ({
  type: 'feed.record-contact',
  data: { feed: 'a-feed', at: at(minutes), accepted: 2, refused: 1, units },
});

function events(decision: Decision) {
  if (!decision.ok) throw new Error(decision.refusal.message);
  return decision.events;
}
function contactOf(decision: Decision): Contact {
  const found = events(decision).find(({ type }) => isContactEvent(type));
  return contactChangedSchema.parse(found?.data).to;
}
function heard(minutes: number, before?: Contact): Contact {
  return contactOf(
    decideContact({ ...place(before), newUnits: [] }, contactCommand(minutes), context(minutes)),
  );
}

describe('contact', () => {
  test('only moves forward, and counts the messages of a day by the clock of the facility', () => {
    const first = heard(10);
    const second = heard(5, first);
    expect(second).toMatchObject({ at: at(10), today: { day: '2026-03-01', accepted: 4, refused: 2 } });
    // 08:00 in UTC is 15:00 there; nine hours later it is the next day.
    expect(heard(9 * 60, second).today).toEqual({ day: '2026-03-02', accepted: 2, refused: 1 });
  });

  test('tells a unit of a feed that spoke of it for the first time', () => {
    const decision = decideContact({ ...place(), newUnits: ['4w'] }, contactCommand(0, ['4w']), context(0));
    const told = events(decision).find(({ topic }) => topic === 'unit/4w/feeds');
    expect(presenceChangedSchema.parse(told?.data)).toMatchObject({
      feed: 'a-feed',
      to: { limitMinutes: 60, version: 1 },
    });
  });

  test('INV-7.4 lost for the limit is silence, which units hear of, and which ends with the next word', () => {
    const contact = heard(0);
    const presence: Presence = {
      feed: 'a-feed',
      name: 'ADT',
      limitMinutes: 60,
      version: 1,
      asOf: at(0),
      source: admin,
    };
    const known = [{ unit: '4w', presence }];
    expect(decideFallSilent(place(contact, known), context(59)).ok).toBe(false);
    const fell = decideFallSilent(place(contact, known), context(60));
    expect(events(fell).map(({ type, topic }) => [topic, type])).toEqual([
      ['org/an-org/feeds', 'feed.fell-silent'],
      ['unit/4w/feeds', 'unit.feed-changed'],
    ]);
    const silent = contactOf(fell);
    expect(silent.silentSince).toBe(at(0));
    expect(fallsSilentAt(feed, silent)).toBeUndefined();
    const told = presenceChangedSchema.parse(events(fell)[1]?.data).to;
    const again = decideContact(
      { ...place(silent, [{ unit: '4w', presence: told }]), newUnits: [] },
      contactCommand(61),
      context(61),
    );
    expect(events(again).map(({ type }) => type)).toEqual(['feed.heard-again', 'unit.feed-changed']);
    expect(contactOf(again).silentSince).toBeUndefined();
    // What another node heard before the silence began does not end it.
    const late = decideContact({ ...place(silent), newUnits: [] }, contactCommand(-5), context(62));
    expect(contactOf(late).silentSince).toBe(at(0));
  });

  test('of which more silence is allowed, or nothing expected, is not silent any more', () => {
    const silent = contactOf(decideFallSilent(place(heard(0)), context(60)));
    for (const data of [{ silenceLimitMinutes: 120 }, { disabled: true }]) {
      const decision = decideConfigure(
        place(silent),
        { type: 'feed.configure', data: { feed: 'a-feed', ...data } },
        context(61),
      );
      expect(events(decision).map(({ type }) => type)).toEqual(['feed.configured', 'feed.silence-excused']);
    }
    const shorter = decideConfigure(
      place(silent),
      { type: 'feed.configure', data: { feed: 'a-feed', silenceLimitMinutes: 30 } },
      context(61),
    );
    expect(events(shorter).map(({ type }) => type)).toEqual(['feed.configured']);
  });
});

describe('a unit that feeds speak of', () => {
  test('ages past the limit of the feed that is silent, and is stale past twice the limit', () => {
    const fresh = { limitMinutes: 60 };
    const silent = { limitMinutes: 60, silentSince: at(0) };
    expect(feedFreshness([], t0)).toBe('fresh');
    expect(feedFreshness([fresh], t0 + 1e9)).toBe('fresh');
    expect(feedFreshness([fresh, silent], t0 + 61 * minute)).toBe('ageing');
    expect(feedFreshness([fresh, silent], t0 + 121 * minute)).toBe('stale');
  });

  test('is as unreliable as the worst of its silences says, at every moment', () => {
    const some = fc.array(
      fc.record({
        limitMinutes: fc.integer({ min: 1, max: 300 }),
        silentSince: fc.integer({ min: 0, max: 600 }).map(at),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 2_000 }), (silences, minutes) => {
        const worst = worstSilence(silences);
        const now = t0 + minutes * minute;
        const stale = feedFreshness(silences, now) === 'stale';
        expect(feedFreshness(worst === undefined ? [] : [worst], now) === 'stale').toBe(stale);
      }),
    );
  });
});

const entry: Entry = {
  id: 'an-entry',
  feed: 'a-feed',
  controlId: 'C1',
  receivedAt: at(0),
  triedAt: at(0),
  attempts: 1,
  fault: { code: '204', text: 'Unknown bed: PV1-3' },
  status: 'waiting',
  version: 1,
  asOf: at(0),
  source: speaker,
};
const keep: FeedCommandOf<'quarantine.keep'> = {
  type: 'quarantine.keep',
  data: {
    feed: 'a-feed',
    entry: 'an-entry',
    controlId: 'C1',
    receivedAt: at(1),
    fault: { code: '204', text: 'Unknown bed: PV1-3' },
    message: 'TVNI',
  },
};

describe('a message that is kept', () => {
  test('takes each step from each state as the table says, and no other', () => {
    const run = (status: Entry['status'], step: (typeof entrySteps)[number]): Decision => {
      const there = { org: 'an-org', entry: { ...entry, status } };
      switch (step) {
        case 'keep':
          return decideKeep({ ...there, feed, waiting: { entries: 0, bytes: 0 } }, keep, context(1, speaker));
        case 'replay':
          return decideReplay(
            { org: 'an-org', feed, entries: [there.entry], left: 0 },
            { type: 'quarantine.replay', data: { which: { kind: 'entry', entry: 'an-entry' } } },
            context(1),
          );
        case 'dismiss':
          return decideDismiss(
            there,
            { type: 'quarantine.dismiss', data: { entry: 'an-entry', reason: 'mistaken' } },
            context(1),
          );
        default:
          return decideSettle(
            there,
            {
              type: 'quarantine.settle',
              data: {
                entry: 'an-entry',
                outcome: step === 'apply' ? { kind: 'applied' } : { kind: 'refused', fault: entry.fault },
              },
            },
            context(1),
          );
      }
    };
    for (const status of entryStatuses) {
      for (const step of entrySteps.filter((one) => one !== 'open')) {
        const next = entryTransitions[status][step];
        const decision = run(status, step);
        expect([status, step, decision.ok]).toEqual([status, step, next !== undefined]);
        if (!decision.ok || step === 'replay') continue;
        expect(entryChangedSchema.parse(decision.events[0]?.data).to.status).toBe(next);
      }
    }
  });

  test('is the same entry when it comes again, and is never lost for too many that wait', () => {
    const full = { entries: mostWaiting, bytes: 0 };
    expect(decideKeep({ org: 'an-org', feed, entry, waiting: full }, keep, context(1, speaker)).ok).toBe(
      true,
    );
    const refused = decideKeep(
      { org: 'an-org', feed, entry: undefined, waiting: full },
      keep,
      context(1, speaker),
    );
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'too_large' } });
    const other = decideKeep({ org: 'an-org', feed, entry, waiting: full }, keep, context(1));
    expect(other).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
  });

  test('stands in the state while it is kept, and not after', () => {
    const state: Feeds = {
      organisation: { id: 'an-org', name: 'Org' },
      feeds: {},
      contacts: {},
      mappings: {},
      quarantine: {},
    };
    for (const status of entryStatuses) {
      const next = evolveFeeds(
        { ...state, quarantine: { 'an-entry': entry } },
        { type: 'quarantine.applied', data: { from: entry, to: { ...entry, status } } },
      );
      expect('an-entry' in next.quarantine).toBe(isKept(status));
    }
  });
});
