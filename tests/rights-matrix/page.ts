import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '#db/package-root.ts';
import type { Module } from '#domain/module.ts';

/*
 * docs/rights.md is what was decided: a person reads it against the tables of roles. It is read here by its text alone, so
 * that a change of a list in the code is a difference from it, cell by cell.
 */

/** Who may do and see what, as the page says. */
export interface RightsPage {
  /** The holders who may send each command. */
  readonly commands: ReadonlyMap<string, readonly string[]>;
  /** The views of each kind of topic, from the most to the least, with their holders. */
  readonly topics: ReadonlyMap<
    string,
    readonly { readonly view: string; readonly holders: readonly string[] }[]
  >;
  /** Commands that want a proof of the last ten minutes. */
  readonly stepUp: ReadonlySet<string>;
}

const file = join(packageRoot(), 'docs', 'rights.md');

export async function readRightsPage(): Promise<RightsPage> {
  const text = await readFile(file, 'utf8');
  const commands = new Map<string, string[]>();
  const stepUp = new Set<string>();
  for (const [type = '', holders = '', proof = ''] of rowsOf(text, 'Commands')) {
    commands.set(bare(type), namesOf(holders));
    if (proof !== '') stepUp.add(bare(type));
  }
  const topics = new Map<string, { view: string; holders: string[] }[]>();
  for (const [kind = '', view = '', holders = ''] of rowsOf(text, 'Topics')) {
    topics.set(bare(kind), [...(topics.get(bare(kind)) ?? []), { view, holders: namesOf(holders) }]);
  }
  return { commands, topics, stepUp };
}

/** The page as the code has it now: for whoever has read the difference and means it. */
export function rightsPageOf(modules: readonly Module[]): string {
  const rows: string[] = [
    '# Who may do and see what',
    '',
    'A role is held at a place and everywhere below it. A relation is held at one place: everybody is `self` at their own,',
    'and `member` of their conversations. `feed` is a configured system, `system` Carewall itself; nobody is given either.',
    '',
    'Reviewed by people; `tests/rights-matrix` holds the code and the server to it, cell by cell: holder × command, holder ×',
    'topic × view, each at and outside of its place, with and without the scope of a wall or a key. Who has read a',
    'difference and means it writes the page anew: `RIGHTS=write npx vitest run tests/rights-matrix`.',
    '',
    '## Commands',
    '',
    '`proof`: asked of those alone who have proved themselves within the last ten minutes.',
    '',
    '| command | who | proof |',
    '|---|---|---|',
  ];
  for (const { commands, rights } of modules) {
    for (const { type, right, stepUp } of commands) {
      rows.push(`| \`${type}\` | ${listOf(rights[right])} | ${stepUp === true ? 'proof' : ''} |`);
    }
  }
  rows.push(
    '',
    '## Topics',
    '',
    'A reader gets the first view they may. `clinical`, `full` and `own` hold who patients are, the others do not.',
    '',
    '| topic | view | who |',
    '|---|---|---|',
  );
  for (const { topics, rights } of modules) {
    for (const { kind, views } of topics) {
      for (const { name, right } of views) rows.push(`| \`${kind}\` | ${name} | ${listOf(rights[right])} |`);
    }
  }
  return `${rows.join('\n')}\n`;
}

function listOf(holders: readonly string[] | undefined): string {
  return [...new Set(holders)].join(', ');
}

function rowsOf(text: string, heading: string): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const [, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function bare(cell: string): string {
  return cell.replaceAll('`', '');
}

function namesOf(cell: string): string[] {
  return cell.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
}

export const rightsPageFile = file;
