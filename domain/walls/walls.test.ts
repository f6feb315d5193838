import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roles } from '../identity/roles.ts';
import { viewHoldsPhi } from '../module.ts';
import { mayAct, mayCommand, modules, topicKind, viewFor } from '../modules.ts';
import { wallRights } from './access.ts';
import { boardKinds, boards, scopeOfWall } from './boards.ts';
import { decideContacts } from './decide.ts';
import { typedUserCodeSchema, userCodeFrom, userCodeLetters, userCodeOf } from './user-code.ts';

const path = ['org', 'facility', 'unit'];
const fullness = ['public', 'operational', 'clinical'];
const shown = boardKinds.flatMap((kind) =>
  boards[kind].topics.flatMap((topic) => boards[kind].views.map((view) => ({ kind, topic, view }))),
);

describe('what a wall shows', () => {
  test('INV-16.1 is seen at its place by each role that may approve it, at least as fully', () => {
    for (const { kind, topic, view } of shown) {
      const definition = topicKind(topic);
      if (definition === undefined) throw new Error(`${topic} is no topic`);
      const only = scopeOfWall({ board: { kind }, view });
      const onGlass = viewFor(definition, [{ role: 'display', place: 'unit', only }], path);
      expect(onGlass, topic).toBeDefined();
      for (const role of wallRights['walls.manage']) {
        const own = viewFor(definition, [{ role, place: 'unit' }], path);
        expect(fullness.indexOf(own ?? ''), `${role} ${topic}`).toBeGreaterThanOrEqual(
          fullness.indexOf(onGlass ?? ''),
        );
      }
    }
  });

  test('INV-16.2 is its board in a view without patient identity, and nothing else: each topic, each command, each right', () => {
    for (const kind of boardKinds) {
      for (const view of boards[kind].views) {
        const grants = [
          { role: 'display' as const, place: 'org', only: scopeOfWall({ board: { kind }, view }) },
        ];
        for (const module of modules) {
          for (const definition of module.topics) {
            const open = viewFor(definition, grants, path);
            expect(open !== undefined, definition.kind).toBe(boards[kind].topics.includes(definition.kind));
            if (open !== undefined) expect(viewHoldsPhi[open]).toBe(false);
          }
          for (const { type } of module.commands) expect(mayCommand(grants, type, path), type).toBe(false);
          for (const right of Object.keys(module.rights))
            expect(mayAct(grants, right, path), right).toBe(false);
        }
      }
    }
  });

  test('a scope opens no view that is fuller than the one it names, whatever the role', () => {
    const beds = topicKind('unit/*/beds');
    const feeds = topicKind('unit/*/feeds');
    if (beds === undefined || feeds === undefined) throw new Error('no such topics');
    const topics = ['unit/*/beds', 'unit/*/feeds'];
    const at = (view: string | undefined) => [
      { role: 'nurse' as const, place: 'org', only: { topics, commands: [], ...(view && { view }) } },
      { role: 'logistics' as const, place: 'org', only: { topics, commands: [], ...(view && { view }) } },
    ];
    expect(viewFor(beds, at(undefined), path)).toBe('clinical');
    expect(viewFor(beds, at('clinical'), path)).toBe('clinical');
    expect(viewFor(beds, at('operational'), path)).toBe('operational');
    expect(viewFor(beds, at('public'), path)).toBeUndefined();
    expect(viewFor(beds, at('a view that nobody declared'), path)).toBeUndefined();
    expect(viewFor(feeds, at('operational'), path)).toBe('public');
  });

  test('nobody who may not see unit boards approves walls', () => {
    expect(roles.filter((role) => mayAct([{ role, place: 'org' }], 'walls.manage', path))).toEqual([
      'command_center',
      'it_support',
      'admin',
    ]);
  });
});

describe('when walls were heard', () => {
  const by = { kind: 'system', id: 'carewall', name: 'Carewall' } as const;
  const context = { now: '2026-03-01T08:02:00.000Z', by, newId: () => 'an-id' };
  const known = { wall: 'a', at: '2026-03-01T08:01:00.000Z', version: 3, asOf: context.now, source: by };
  const heard = (at: string, contact?: typeof known) =>
    decideContacts({ org: 'demo', heard: [{ wall: 'a', at, contact }] }, context);

  test('is written down once a minute, however many nodes say so and in whatever order', () => {
    expect(heard('2026-03-01T08:01:30.000Z', known)).toMatchObject({ ok: true, events: [] });
    expect(heard('2026-03-01T07:00:00.000Z', known)).toMatchObject({ ok: true, events: [] });
    expect(heard('2026-03-01T08:02:00.000Z', known)).toMatchObject({
      events: [{ type: 'walls.heard', data: { contacts: [{ from: known, to: { version: 4 } }] } }],
    });
    expect(heard('2026-03-01T08:02:00.000Z')).toMatchObject({
      events: [{ data: { contacts: [{ to: { wall: 'a', version: 1 } }] } }],
    });
  });
});

describe('the code that a display shows', () => {
  test('is eight letters that spell nothing and look like no other, from any bytes', () => {
    expect(userCodeLetters).not.toMatch(/[AEIOUY0-9]/);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (bytes) => {
        const code = userCodeFrom(bytes);
        if (code === undefined) return;
        expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
        expect(typedUserCodeSchema.safeParse(code).success).toBe(true);
        expect(userCodeOf(` ${code.toLowerCase().replace('-', ' ')} `)).toBe(code);
      }),
    );
    expect(userCodeFrom([255, 254, 253])).toBeUndefined();
  });

  test.each(['', 'BCDF', 'BCDF-GHJ1', 'BCDF-GHJA', 'BCDF-GHJKL', '<script>', 'BCDF–GHJK'])(
    '%j is none',
    (typed) => {
      expect(typedUserCodeSchema.safeParse(typed).success).toBe(false);
    },
  );
});
