import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matching } from './matching.ts';

const find = (entries: string[], typed: string): string[] => matching(entries, typed, (entry) => entry);

describe('what was typed', () => {
  const entries = ['4 West', '4 East', 'Intensive Care', 'Nội khoa', 'Đa khoa', 'Northwest'];

  test.each([
    ['', entries],
    ['west', ['4 West', 'Northwest']],
    ['4', ['4 West', '4 East']],
    ['care int', ['Intensive Care']],
    ['noi', ['Nội khoa']],
    ['da khoa', ['Đa khoa']],
    ['nothing', []],
    ['  east ', ['4 East']],
  ])('%j finds %j', (typed, found) => {
    expect(find(entries, typed)).toEqual(found);
  });

  test('never makes up an entry, loses one that holds it whole, or minds its case', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.nat(), (texts, pick) => {
        const typed = texts[pick % Math.max(1, texts.length)] ?? '';
        const found = find(texts, typed);
        expect(texts).toEqual(expect.arrayContaining(found));
        if (texts.length > 0) expect(found).toContain(typed);
        expect(find(texts, typed.toLowerCase())).toEqual(
          find(texts, typed.toLowerCase().toUpperCase().toLowerCase()),
        );
      }),
    );
  });
});
