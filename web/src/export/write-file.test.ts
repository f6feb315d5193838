import { expect, it } from 'vitest';
import { fileName, fileOf } from './write-file.ts';

const parts = (count: number) => Array.from({ length: count }, (_, at) => ({ text: `${at}\n`, rows: 1 }));
function* slowly(count: number) {
  for (const part of parts(count)) {
    const until = performance.now() + 9;
    while (performance.now() < until);
    yield part;
  }
}

it('is the same file however often the screen had its turn', async () => {
  const heard: number[] = [];
  const file = await fileOf('csv', slowly(5), {
    signal: new AbortController().signal,
    onRows: (rows) => heard.push(rows),
  });
  expect(await file?.text()).toBe('0\n1\n2\n3\n4\n');
  expect(heard.at(-1)).toBe(5);
  expect(heard).toEqual(heard.toSorted((a, b) => a - b));
});

it('gives nothing once it is cancelled, and stops writing', async () => {
  const cancel = new AbortController();
  let written = 0;
  function* watched() {
    for (const part of slowly(50)) {
      written += 1;
      yield part;
    }
  }
  const file = await fileOf('json', watched(), {
    signal: cancel.signal,
    onRows: (rows) => {
      if (rows === 3) cancel.abort();
    },
  });
  expect(file).toBeUndefined();
  expect(written).toBeLessThan(6);
});

it('names a file by its kind and its time', () => {
  expect(fileName('beds', 'csv', Date.parse('2026-11-21T12:03:04.567Z'))).toBe(
    'carewall-beds-20261121T120304Z.csv',
  );
});
