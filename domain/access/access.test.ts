import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roleRules } from '../identity/role-rules.ts';
import { type Role, roles } from '../identity/roles.ts';
import type { Decision, DecisionContext } from '../module.ts';
import { modules } from '../modules.ts';
import { accessCommands } from './commands.ts';
import { type AccountPlace, decideAccount } from './decide-account.ts';
import { decideAccept } from './decide-invitation.ts';
import { changeSchemas } from './events.ts';
import { evolvePeople, nobody } from './evolve.ts';
import type { Account, Invitation, RolePlace } from './schema.ts';

const org: RolePlace = { id: 'org', name: 'Org', kind: 'organisation' };
const facility: RolePlace = { id: 'f', name: 'F', kind: 'facility', facility: 'f' };
const other: RolePlace = { id: 'g', name: 'G', kind: 'facility', facility: 'g' };
const unit: RolePlace = { id: 'u', name: 'U', kind: 'unit', facility: 'f' };
const places = [org, facility, other, unit];
const pathOf = (place: RolePlace) =>
  ({ org: ['org'], f: ['org', 'f'], g: ['org', 'g'], u: ['org', 'f', 'u'] })[place.id] ?? [];
const now = '2026-03-01T08:00:00.000Z';
const by = (id: string): DecisionContext => ({
  now,
  by: { kind: 'person', id, name: id },
  newId: () => 'new',
});

function account(id: string, held: Account['roles'], status: Account['status'] = 'active'): Account {
  const source = { kind: 'system', id: 's', name: 'S' } as const;
  return {
    id,
    subject: id,
    name: id,
    email: `${id}@x.example`,
    status,
    roles: held,
    version: 1,
    asOf: now,
    source,
  };
}

/** The place of one account among some. */
function placeOf(all: readonly Account[], id: string): AccountPlace {
  const found = all.find((one) => one.id === id);
  if (found === undefined) throw new Error('no such account');
  return {
    org: 'org',
    account: found,
    told: found,
    paths: found.roles.map(({ place }) => pathOf(place)),
    administering: all
      .filter(({ status }) => status === 'active')
      .flatMap((one) =>
        one.roles
          .filter(({ role }) => role === 'admin')
          .map(({ place }) => ({ account: one.id, place: place.id })),
      ),
    listed: undefined,
  };
}
const next = (decision: Decision): Account | undefined => {
  if (!decision.ok) return undefined;
  const told = decision.events.find(({ type }) => type === 'people.account-changed');
  return told && changeSchemas.account.parse(told.data).to;
};
type Act = Parameters<typeof decideAccount>[1]['type'];
/** A command about an account, with what its type needs. */
function commandOf(
  type: Act,
  account: string,
  role: Role,
  place: string,
): Parameters<typeof decideAccount>[1] {
  switch (type) {
    case 'account.give-role':
    case 'account.take-role':
      return { type, data: { account, role, place } };
    default:
      return { type, data: { account } };
  }
}

describe('giving a role', () => {
  const admins = [account('admin', [{ role: 'admin', place: org }])];

  test('each role at each kind of place, as the table of roles says', () => {
    for (const role of roles) {
      for (const place of places) {
        const decision = decideAccount(
          placeOf([...admins, account('a', [])], 'a'),
          { type: 'account.give-role', data: { account: 'a', role, place: place.id } },
          place,
          by('admin'),
        );
        const may = roleRules[role].places.includes(place.kind);
        expect(decision.ok ? 'given' : decision.refusal.code, `${role} ${place.kind}`).toBe(
          may ? 'given' : 'invalid',
        );
        if (may) expect(next(decision)?.roles).toEqual([{ role, place }]);
      }
    }
  });

  test('INV-17.7 nobody changes what they may do themselves, whatever they are', () => {
    for (const type of [
      'account.give-role',
      'account.take-role',
      'account.disable',
      'account.enable',
    ] as const) {
      const decision = decideAccount(
        placeOf(admins, 'admin'),
        commandOf(type, 'admin', 'nurse', 'org'),
        org,
        by('admin'),
      );
      expect(decision).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
    }
  });

  test('an administrator of one facility does not know of people elsewhere', () => {
    const local = account('local', [{ role: 'admin', place: facility }]);
    const here = account('here', [{ role: 'nurse', place: unit }]);
    const there = account('there', [{ role: 'nurse', place: other }]);
    const none = account('none', []);
    const give = (id: string) =>
      decideAccount(
        placeOf([local, here, there, none], id),
        { type: 'account.give-role', data: { account: id, role: 'lab', place: 'u' } },
        unit,
        by('local'),
      );
    expect(give('here').ok).toBe(true);
    for (const id of ['there', 'none'])
      expect(give(id)).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
  });
});

const ids = ['a', 'b', 'c'];
const actArbitrary = fc.record({
  actor: fc.constantFrom(...ids),
  target: fc.constantFrom(...ids),
  type: fc.constantFrom(
    'account.give-role',
    'account.take-role',
    'account.disable',
    'account.enable',
    'account.end-sessions',
  ),
  role: fc.constantFrom('admin' as const, 'nurse' as const),
  place: fc.constantFrom(org, facility),
});

test('INV-17.8 whatever administrators do to each other, the organisation keeps one', () => {
  fc.assert(
    fc.property(fc.array(actArbitrary, { maxLength: 40 }), (acts) => {
      let all = [
        account('a', [{ role: 'admin', place: org }]),
        account('b', [{ role: 'admin', place: org }]),
        account('c', [{ role: 'admin', place: facility }]),
      ];
      const administers = ({ roles: held, status }: Account) =>
        status === 'active' && held.some(({ role, place }) => role === 'admin' && place.id === 'org');
      for (const { actor, target, type, role, place } of acts) {
        // The runner asks first: whoever acts administers there.
        const acting = all.find(({ id }) => id === actor);
        if (acting === undefined || !administers(acting)) continue;
        const decision = decideAccount(
          placeOf(all, target),
          commandOf(type, target, role, place.id),
          place,
          by(actor),
        );
        const changed = next(decision);
        if (changed !== undefined) all = all.map((one) => (one.id === target ? changed : one));
        expect(all.some(administers)).toBe(true);
      }
    }),
  );
});

test('a facility is told of its own part, and folds to what the organisation’s list shows of it', () => {
  fc.assert(
    fc.property(fc.array(actArbitrary, { maxLength: 30 }), (acts) => {
      let all = [account('root', [{ role: 'admin', place: org }]), ...ids.map((id) => account(id, []))];
      const empty = (place: RolePlace) =>
        nobody({
          place: { id: place.id, name: place.name, kind: place.kind },
          account: {},
          invitation: {},
          request: {},
          key: {},
          domain: {},
        });
      let whole = empty(org);
      let part = empty(facility);
      for (const { target, type, role, place } of acts) {
        const decision = decideAccount(
          placeOf(all, target),
          commandOf(type, target, role, place.id),
          place,
          by('root'),
        );
        if (!decision.ok) continue;
        for (const event of decision.events) {
          if (event.topic === 'org/org/people') whole = evolvePeople(whole, event);
          if (event.topic === 'facility/f/people') part = evolvePeople(part, event);
        }
        const changed = next(decision);
        if (changed !== undefined) all = all.map((one) => (one.id === target ? changed : one));
      }
      const expected = Object.fromEntries(
        Object.values(whole.account).flatMap((one) => {
          const held = one.roles.filter(({ place }) => place.facility === 'f');
          return held.length === 0 ? [] : [[one.id, { ...one, roles: held }]];
        }),
      );
      expect(part.account).toEqual(expected);
    }),
  );
});

describe('accepting an invitation', () => {
  const invitation: Invitation = {
    id: 'i',
    subject: 'i',
    name: 'Mai',
    email: 'mai@x.example',
    language: 'vi',
    roles: [{ role: 'nurse', place: unit }],
    status: 'pending',
    via: 'administrator',
    expiresAt: '2026-03-08T08:00:00.000Z',
    version: 1,
    asOf: now,
    source: { kind: 'person', id: 'admin', name: 'Admin' },
  };
  const accept = (change: Partial<Invitation>, taken = false) =>
    decideAccept(
      { org: 'org', invitation: { ...invitation, ...change }, taken },
      { type: 'invitation.accept', data: { invitation: 'i', account: 'm', name: 'Mai', language: 'vi' } },
      by('carewall'),
    );

  test.each([
    [{}, false, 'made'],
    [{}, true, 'conflict'],
    [{ status: 'withdrawn' }, false, 'gone'],
    [{ expiresAt: now }, false, 'gone'],
    [{ status: 'accepted' }, false, 'gone'],
    [{ status: 'accepted', account: 'm' }, true, 'made'],
  ] as const)('%j, taken %s: %s', (change, taken, outcome) => {
    const decision = accept(change, taken);
    expect(decision.ok ? 'made' : decision.refusal.code).toBe(outcome);
  });

  test('gives the roles that were offered and no others', () => {
    const decision = accept({});
    expect(next(decision)).toMatchObject({ id: 'm', roles: invitation.roles, status: 'active' });
  });
});

test('what gives a right asks for a fresh proof, what takes one never does', () => {
  const gives = [
    'account.invite',
    'invitation.resend',
    'request.approve',
    'account.give-role',
    'account.enable',
  ];
  const wanted = [...gives, 'key.issue', 'domain.add', 'profile.change-email'].sort();
  const found = accessCommands.filter(({ stepUp }) => stepUp === true).map(({ type }) => type);
  expect(found.sort()).toEqual(wanted);
});

test('no context but this one gives administrators’ work to another role', () => {
  const module = modules.find(({ name }) => name === 'access');
  expect(module?.rights['people.manage']).toEqual(['admin', 'system']);
  expect(module?.rights['people.enter']).toEqual(['system']);
});
