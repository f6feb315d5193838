import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Grant } from '#domain/identity/principal.ts';
import { holders, roles } from '#domain/identity/roles.ts';
import { mayCommand, modules, topicKind, viewFor } from '#domain/modules.ts';
import { type Held, maySend, type Narrowed, viewGot } from './expectation.ts';
import { type RightsPage, readRightsPage, rightsPageFile, rightsPageOf } from './page.ts';

let page: RightsPage;
beforeAll(async () => {
  if (process.env.RIGHTS === 'write') await writeFile(rightsPageFile, rightsPageOf(modules));
  page = await readRightsPage();
});

const commands = modules.flatMap((module) => module.commands);
const topics = modules.flatMap((module) => module.topics);

/** Where something stands, from the organisation down, and where a role may be held: above it, at it, below it, beside it. */
const levels = ['org', 'region', 'facility', 'department', 'unit', 'person'];
const elsewhere = ['another-org', 'another-facility', 'another-unit', ''];

function pathTo(level: string): string[] {
  return levels.slice(0, levels.indexOf(level) + 1);
}

const scopes: readonly (Narrowed | undefined)[] = [
  undefined,
  { topics: [], commands: [] },
  // A wall: one board, in one view; and a system's key, for one kind of thing each.
  ...topics.flatMap(({ kind, views }) => [
    { topics: [kind], commands: [] },
    ...views.map(({ name }) => ({ topics: [kind], commands: [], view: name })),
  ]),
  { topics: topics.map(({ kind }) => kind), commands: [], view: 'operational' },
  { topics: topics.map(({ kind }) => kind), commands: commands.map(({ type }) => type) },
];

/** None, nothing, all boards, everything: which topics a scope names is of no matter to commands. */
const scopesOfCommands = [...scopes.slice(0, 2), ...scopes.slice(-2)];

function asGrants(held: readonly Held[], scope: Narrowed | undefined): Grant[] {
  return held.flatMap(({ role, place }) => {
    const holder = holders.find((one) => one === role);
    return holder === undefined
      ? []
      : [{ role: holder, place, ...(scope === undefined ? {} : { only: scope }) }];
  });
}

describe('INV-3.7 the rules are as docs/rights.md says', () => {
  test('every command and every topic is on the page, and nothing else', () => {
    expect([...page.commands.keys()].sort()).toEqual(commands.map(({ type }) => type).sort());
    expect([...page.topics.keys()].sort()).toEqual(topics.map(({ kind }) => kind).sort());
    const named = [
      ...page.commands.values(),
      ...[...page.topics.values()].flat().map((one) => one.holders),
    ].flat();
    expect(named.filter((name) => !holders.some((holder) => holder === name))).toEqual([]);
  });

  test('commands that want a fresh proof are those of the page', () => {
    const declared = commands.filter(({ stepUp }) => stepUp === true).map(({ type }) => type);
    expect([...page.stepUp].sort()).toEqual(declared.sort());
  });

  test('each holder × command × place × level × scope', () => {
    const differences: string[] = [];
    let cells = 0;
    for (const { type } of commands) {
      for (const scope of [...scopesOfCommands, { topics: [], commands: [type] }]) {
        for (const holder of holders) {
          for (const place of [...levels, ...elsewhere]) {
            for (const level of levels) {
              const held = [{ role: holder, place }];
              const path = pathTo(level);
              const decided = maySend(page, held, scope, type, path);
              const rules = mayCommand(asGrants(held, scope), type, path);
              cells += 1;
              if (decided !== rules) {
                differences.push(
                  `${type} × ${holder} at ${place}, of something at ${level}, scope ${JSON.stringify(scope)}: the page says ${decided}, the rules ${rules}`,
                );
              }
            }
          }
        }
      }
    }
    console.info(`${cells} cells of commands`);
    expect(differences.slice(0, 20)).toEqual([]);
  });

  test('each holder × topic × view × place × level × scope', () => {
    const differences: string[] = [];
    let cells = 0;
    for (const { kind } of topics) {
      const definition = topicKind(kind);
      if (definition === undefined) throw new Error(`no ${kind}`);
      for (const scope of scopes) {
        for (const holder of holders) {
          for (const place of [...levels, ...elsewhere]) {
            for (const level of levels) {
              const held = [{ role: holder, place }];
              const path = pathTo(level);
              const decided = viewGot(page, held, scope, kind, path);
              const rules = viewFor(definition, asGrants(held, scope), path);
              cells += 1;
              if (decided !== rules) {
                differences.push(
                  `${kind} × ${holder} at ${place}, of something at ${level}, scope ${JSON.stringify(scope)}: the page says ${decided}, the rules ${rules}`,
                );
              }
            }
          }
        }
      }
    }
    console.info(`${cells} cells of topics`);
    expect(differences.slice(0, 20)).toEqual([]);
  });

  test('of two roles one has what either has, and no more', () => {
    for (const one of roles) {
      for (const other of roles) {
        const held = [
          { role: one, place: 'unit' },
          { role: other, place: 'another-unit' },
        ];
        for (const { type } of commands) {
          expect(mayCommand(asGrants(held, undefined), type, pathTo('unit'))).toBe(
            page.commands.get(type)?.includes(one) === true,
          );
        }
      }
    }
  });
});

describe('what no table may come to', () => {
  test('a display sends nothing', () => {
    for (const [type, who] of page.commands) expect([type, who.includes('display')]).toEqual([type, false]);
  });

  test('patients, payers and intermediaries command nothing of a hospital, and see no board of a unit', () => {
    for (const role of ['patient', 'payer', 'intermediary']) {
      for (const [kind, views] of page.topics) {
        if (!/^(unit|department)\//.test(kind)) continue;
        expect([kind, views.some(({ holders: who }) => who.includes(role))]).toEqual([kind, false]);
      }
      for (const [type, who] of page.commands) {
        if (/^(bed|alert|appointment|feed|mapping|quarantine|facility|availability)\./.test(type)) {
          expect([type, role, who.includes(role)]).toEqual([type, role, false]);
        }
      }
    }
  });

  test('what Carewall or a feed alone states, no person states', () => {
    for (const [type, who] of page.commands) {
      if (/\.(record|expire|lapse|observe|settle|archive)/.test(type)) {
        expect([type, who.filter((holder) => holder !== 'feed' && holder !== 'system')]).toEqual([type, []]);
      }
    }
  });
});
