import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CsvRow, openCsv } from './csv-rows.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carewall-csv-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: string | Buffer, needed = ['a', 'b']): Promise<CsvRow[]> {
  const path = join(folder, 'file.csv');
  await writeFile(path, content);
  const { rows } = await openCsv(path, needed);
  const all: CsvRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}
const plain = (rows: readonly CsvRow[]) =>
  rows.map((one) =>
    'row' in one ? [one.line, ...one.row.values()] : [one.line, 'fault' in one ? one.fault : one.end],
  );

test('rows come with the lines on which they begin, whatever ends a line and whatever is quoted', async () => {
  const lines = ['\uFEFFa,b', '1,"x', 'y"', '', '2,"say ""so"""', '3,q"x"', '4', '5,6,7', '8,'];
  for (const ending of ['\n', '\r\n']) {
    for (const last of ['', ending]) {
      expect(plain(await read(lines.join(ending) + last))).toEqual([
        [2, '1', `x${ending}y`],
        [5, '2', 'say "so"'],
        [6, '3', 'q"x"'],
        [7, 'has 1 columns, not 2'],
        [8, 'has 3 columns, not 2'],
        [9, '8', ''],
      ]);
    }
  }
});

test('where a quote is not closed, what comes before it is read and nothing is guessed after it', async () => {
  const after = 'x,y\n'.repeat(40_000);
  for (const rest of ['6,7\n', after]) {
    expect(plain(await read(`a,b\n1,2\n3,"4\n${rest}`))).toEqual([
      [2, '1', '2'],
      [3, 'a quote is not closed: nothing from here on can be read'],
    ]);
  }
});

test('a file that does not fit is named with every column that it lacks', async () => {
  await expect(read('a,b,b\n1,2,3\n', ['a', 'b', 'c'])).rejects.toThrow(/no column "c"\n.*two columns "b"/s);
  await expect(read('')).rejects.toThrow(/is empty/);
  await expect(openCsv(join(folder, 'nothing.csv'), [])).rejects.toThrow(/no file/);
  await expect(openCsv(folder, [])).rejects.toThrow(/no file/);
});

test('whatever is in the fields comes back as it was', async () => {
  const field = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r\n', ' ', '😀') });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(field, field), { maxLength: 30 }), async (fields) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const rows = await read(['a,b', ...fields.map((row) => row.map(quoted).join(','))].join('\n'));
      expect(rows.map((one) => ('row' in one ? [...one.row.values()] : one))).toEqual(fields);
    }),
    { numRuns: 60 },
  );
});
