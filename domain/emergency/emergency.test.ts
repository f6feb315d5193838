import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alertRaisedSchema } from '../alerts/events.ts';
import type { Alert } from '../alerts/schema.ts';
import { recordAccess } from '../identity/permissions.ts';
import type { PrincipalKind } from '../identity/principal.ts';
import { type Holder, roles } from '../identity/roles.ts';
import { instantOf, millis } from '../instant.ts';
import type { Decision, DecisionContext } from '../module.ts';
import { commandDefinition, modules } from '../modules.ts';
import { emergencyRights } from './access.ts';
import { type EmergencyCommandOf, parseEmergencyCommand } from './commands.ts';
import { type BreakPlace, decideBreakGlass, decideEnd } from './decide-access.ts';
import { decideOverdue, decideReview } from './decide-review.ts';
import { reviewChangedSchema } from './events.ts';
import { evolveReviews } from './evolve.ts';
import { type ReviewStatus, reviewStatuses, reviewTransitions } from './review-states.ts';
import { mostUnreviewed, type Review } from './schema.ts';

const now = '2026-03-01T08:00:00.000Z';
const context = (id = 'ana', kind: PrincipalKind = 'person', at = now): DecisionContext => ({
  now: at,
  by: { kind, id, name: id },
  newId: () => 'a-subject',
});
const free: BreakPlace = {
  org: 'org',
  unit: { id: 'ward', name: 'Ward 1' },
  sees: false,
  taken: false,
  live: undefined,
  unreviewed: 0,
};
const ask = (minutes = 60): EmergencyCommandOf<'access.break-glass'> => ({
  type: 'access.break-glass',
  data: {
    access: 'an-access',
    unit: 'ward',
    reason: 'consultation',
    explanation: 'Asked for an opinion',
    minutes,
  },
});

function eventsOf(decision: Decision) {
  if (!decision.ok) throw new Error(decision.refusal.message);
  return decision.events;
}
const codeOf = (decision: Decision): string => (decision.ok ? 'ok' : decision.refusal.code);

function givenReview(minutes = 60): Review {
  const [event] = eventsOf(decideBreakGlass(free, ask(minutes), context()));
  return reviewChangedSchema.parse(event?.data).to;
}
function endedReview(status: ReviewStatus = 'open'): Review {
  const [event] = eventsOf(
    decideEnd('org', { review: givenReview(), alert: undefined }, 'lapsed', context()),
  );
  return { ...reviewChangedSchema.parse(event?.data).to, status };
}

describe('who may break the glass', () => {
  test('INV-20.1 is whoever writes into the record of patients, and nobody else', () => {
    const allowed: readonly Holder[] = emergencyRights['emergency.break'];
    for (const role of roles)
      expect([role, allowed.includes(role)]).toEqual([role, recordAccess[role].notes !== 'none']);
  });

  test('INV-20.1 what it gives is to read: no command is for its holder, and no right but to see a unit', () => {
    const named = modules.flatMap(({ rights }) =>
      Object.entries(rights).flatMap(([right, held]) => (held.includes('emergency') ? [right] : [])),
    );
    expect(named.sort()).toEqual(['alerts.read.clinical', 'beds.read.clinical', 'feeds.presence']);
    for (const { commands } of modules) for (const { right } of commands) expect(named).not.toContain(right);
    expect(commandDefinition('access.break-glass')?.stepUp).toBe(true);
  });

  const refusals: readonly [string, Partial<BreakPlace>, DecisionContext, string][] = [
    ['a person who treats', {}, context(), 'ok'],
    ['a system with a key', {}, context('lab', 'service'), 'forbidden'],
    ['a wall', {}, context('wall', 'device'), 'forbidden'],
    ['whoever sees the unit already', { sees: true }, context(), 'conflict'],
    ['an id that is another’s', { taken: true }, context(), 'conflict'],
    [
      'whoever has it already',
      { live: { review: givenReview(), alert: undefined } },
      context('ana', 'person', '2026-03-01T08:59:59.999Z'),
      'conflict',
    ],
    [
      'whoever had it until now',
      { live: { review: givenReview(), alert: undefined } },
      context('ana', 'person', '2026-03-01T09:00:00.000Z'),
      'ok',
    ],
    ['whoever has one less than too many to review', { unreviewed: mostUnreviewed - 1 }, context(), 'ok'],
    ['whoever has too many to review', { unreviewed: mostUnreviewed }, context(), 'rate_limited'],
  ];
  test.each(refusals)('%s', (_who, place, by, expected) => {
    expect(codeOf(decideBreakGlass({ ...free, ...place }, ask(), by))).toBe(expected);
  });

  test.each([
    ['no reason', { reason: undefined }],
    ['a reason that is none', { reason: 'because' }],
    ['nine characters', { explanation: 'nine char' }],
    ['ten spaces', { explanation: ' '.repeat(20) }],
    ['no minute', { minutes: 0 }],
    ['61 minutes', { minutes: 61 }],
    ['half a minute', { minutes: 1.5 }],
    ['a person named', { person: 'somebody-else' }],
    ['an end of one’s own', { until: '2027-01-01T00:00:00.000Z' }],
  ])('bad input: %s', (_what, bad) => {
    expect(() => parseEmergencyCommand({ ...ask(), data: { ...ask().data, ...bad } })).toThrow();
  });
});

describe('emergency access', () => {
  test('INV-20.2 is told to the unit, the reviewers and whoever has it', () => {
    const events = eventsOf(decideBreakGlass(free, ask(30), context()));
    expect(events.map(({ topic, type }) => [topic, type])).toEqual([
      ['org/org/reviews', 'access.given'],
      ['unit/ward/alerts', 'alert.raised'],
      ['user/ana', 'own.emergency-noted'],
    ]);
    expect(JSON.stringify(events[1]?.data)).toContain('2026-03-01T08:30:00.000Z');
    // What somebody wrote may name a patient: the unit hears the kind of reason alone.
    expect(JSON.stringify(events.slice(1))).not.toContain('opinion');
  });

  test('INV-20.1 lasts for as many minutes as were asked for, and an hour at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (minutes) => {
        const { beganAt, until } = givenReview(minutes);
        expect(millis(until) - millis(beganAt)).toBe(minutes * 60_000);
      }),
    );
  });

  test.each(['given-back', 'withdrawn', 'lapsed'] as const)('ends once: %s', (how) => {
    const live = { review: givenReview(), alert: undefined };
    const [event, ...rest] = eventsOf(decideEnd('org', live, how, context('bo')));
    const { to } = reviewChangedSchema.parse(event?.data);
    expect(to).toMatchObject({ ended: { how, by: { id: 'bo' } }, status: 'open', version: 2 });
    expect(rest.map(({ type }) => type)).toEqual(['own.removed']);
    expect(codeOf(decideEnd('org', { review: to, alert: undefined }, 'lapsed', context()))).toBe('conflict');
  });

  test.each([
    ['raised', 'raised'],
    ['acknowledged', 'resolved'],
  ] as const)('when it ends, an alert that is %s is %s', (status, then) => {
    const raised = eventsOf(decideBreakGlass(free, ask(), context()))[1]?.data as { alert: Alert };
    const alert = { ...raised.alert, status };
    const live = { review: givenReview(), alert };
    const told = eventsOf(decideEnd('org', live, 'withdrawn', context())).find(
      ({ type }) => type === 'alert.settled',
    );
    expect(told).toMatchObject({
      topic: 'unit/ward/alerts',
      data: { alert: { status: then, version: 2, emergency: { endedAt: now } } },
    });
  });

  test('whose time is over, though nobody has said so, is ended by the next', () => {
    const live = { review: givenReview(1), alert: undefined };
    const later = context('ana', 'person', '2026-03-01T09:30:00.000Z');
    const events = eventsOf(decideBreakGlass({ ...free, live }, ask(), later));
    expect(events.map(({ type }) => type)).toEqual([
      'access.ended',
      'own.removed',
      'access.given',
      'alert.raised',
      'own.emergency-noted',
    ]);
  });
});

describe('a review', () => {
  const decide = (review: Review, to: ReviewStatus, by: DecisionContext) =>
    to === 'closed'
      ? decideReview('org', { review, overdueAlert: undefined }, closing, by)
      : decideReview(
          'org',
          { review, overdueAlert: undefined },
          {
            type: 'review.decide',
            data: { review: review.id, decision: to === 'open' ? 'justified' : to, note: 'a note of length' },
          },
          by,
        );
  const judging: EmergencyCommandOf<'review.decide'> = {
    type: 'review.decide',
    data: { review: 'an-access', decision: 'justified', note: 'a note of length' },
  };
  const closing: EmergencyCommandOf<'review.close'> = {
    type: 'review.close',
    data: { review: 'an-access', note: 'a note of length' },
  };

  test('goes where the table says, and nowhere else: each state, each decision', () => {
    for (const from of reviewStatuses) {
      for (const to of reviewStatuses.filter((status) => status !== 'open')) {
        const decision = decide(endedReview(from), to, context('bo'));
        expect([from, to, decision.ok]).toEqual([from, to, reviewTransitions[from].includes(to)]);
      }
    }
  });

  test('INV-20.4 is never decided by whose access it was, nor by a system', () => {
    const anybody = fc.constantFrom('ana', 'bo', 'cy');
    const kinds = fc.constantFrom<PrincipalKind>('person', 'device', 'service', 'feed', 'system');
    fc.assert(
      fc.property(
        anybody,
        kinds,
        fc.constantFrom(...reviewStatuses),
        fc.constantFrom(...reviewStatuses),
        (id, kind, from, to) => {
          const decision = decide(endedReview(from), to, context(id, kind));
          if (id === 'ana' || kind !== 'person') expect(codeOf(decision)).toBe('forbidden');
        },
      ),
    );
  });

  test('waits until the access is over', () => {
    expect(codeOf(decide(givenReview(), 'justified', context('bo')))).toBe('conflict');
  });

  test('is due after 72 hours, and overdue until somebody decides it', () => {
    const review = endedReview();
    expect(millis(review.dueAt) - millis(review.beganAt)).toBe(72 * 3_600_000);
    const [event, raised] = eventsOf(
      decideOverdue('org', review, context('carewall', 'system', review.dueAt)),
    );
    const { alert } = alertRaisedSchema.parse(raised?.data);
    expect(alert).toMatchObject({ owner: 'admin', reason: 'emergency-review-overdue', kind: 'access' });
    const settled = decideReview('org', { review, overdueAlert: alert }, judging, context('bo'));
    expect(eventsOf(settled)[1]).toMatchObject({
      type: 'alert.settled',
      data: { alert: { status: 'resolved' } },
    });
    const { to: late } = reviewChangedSchema.parse(event?.data);
    expect(late.overdue).toBe(true);
    expect(codeOf(decideOverdue('org', late, context('carewall', 'system')))).toBe('conflict');
    const [decided] = eventsOf(decide(late, 'justified', context('bo')));
    expect(reviewChangedSchema.parse(decided?.data).to).toMatchObject({
      overdue: false,
      status: 'justified',
    });
  });

  test('INV-1.4 is folded from its events, whatever becomes of it', () => {
    const step = fc.record({
      kind: fc.constantFrom('end', 'decide', 'close', 'overdue'),
      to: fc.constantFrom<ReviewStatus>('justified', 'not-justified', 'needs-follow-up'),
      by: fc.constantFrom('ana', 'bo'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let review = givenReview();
        let state = evolveReviews(
          { organisation: { id: 'org', name: 'Org' }, reviews: {} },
          { type: 'access.given', data: { to: review } },
        );
        steps.forEach(({ kind, to, by }, index) => {
          const at = context(by, 'person', instantOf(millis(now) + index * 60_000));
          const decision =
            kind === 'end'
              ? decideEnd('org', { review, alert: undefined }, 'given-back', at)
              : kind === 'overdue'
                ? decideOverdue('org', review, at)
                : decide(review, kind === 'close' ? 'closed' : to, at);
          if (!decision.ok) return;
          for (const event of decision.events) {
            if (!event.topic.startsWith('org/')) continue;
            review = reviewChangedSchema.parse(event.data).to;
            state = evolveReviews(state, event);
          }
        });
        expect(state.reviews[review.id]).toEqual(review);
        expect(review.version).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});
