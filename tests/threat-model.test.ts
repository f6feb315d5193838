import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '#db/package-root.ts';

/*
 * What the pages of threats and safeguards say is tested is looked for: the file, and the words of a title in it.
 */

interface Row {
  readonly about: string;
  readonly file: string | undefined;
  readonly title: string | undefined;
}

async function rowsOf(page: string): Promise<Row[]> {
  const text = await readFile(join(packageRoot(), 'docs', page), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s-|]*$/.test(line) && !line.endsWith('| test |'))
    .map((line) => {
      const cells = line.split('|').map((cell) => cell.trim());
      const [, file, title] = /^`([^`]+\.test\.tsx?)` “([^”]{8,})”$/.exec(cells.at(-2) ?? '') ?? [];
      return { about: cells.slice(1, 3).join(' '), file, title };
    });
}

describe.each(['threat-model.md', 'safeguards.md'])('docs/%s', async (page) => {
  const rows = await rowsOf(page);

  test('has rows, and each names a test', () => {
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter(({ file }) => file === undefined).map(({ about }) => about)).toEqual([]);
  });

  test('names no test that is not there', async () => {
    const missing: string[] = [];
    for (const { about, file = '', title = '' } of rows) {
      const text = await readFile(join(packageRoot(), file), 'utf8').catch(() => undefined);
      if (text === undefined) missing.push(`${about}: there is no ${file}`);
      else if (!text.includes(title)) missing.push(`${about}: ${file} has no “${title}”`);
    }
    expect(missing).toEqual([]);
  });
});

test('every entry point of the threat model is looked at from every side that a stranger has', async () => {
  const text = await readFile(join(packageRoot(), 'docs', 'threat-model.md'), 'utf8');
  for (const heading of [
    'HTTP API',
    'Socket.IO',
    'Sign-in and second factors',
    'Identity provider (OpenID Connect)',
  ]) {
    const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
    const sides = new Set(section.match(/^\| [STRIDE] \|/gm)?.map((cell) => cell[2]));
    for (const side of ['S', 'T', 'I', 'D', 'E'])
      expect([heading, side, sides.has(side)]).toEqual([heading, side, true]);
  }
});
