import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en as started } from './en.ts';
import { pageWords } from './page-words.ts';
import { vi as startedVi } from './vi.ts';

const pages = Object.values(pageWords);
const [en, vi] = await Promise.all([
  allOf(started, (page) => page.en()),
  allOf(startedVi, (page) => page.vi()),
]);

type Texts = Readonly<Record<string, string>>;
async function allOf(start: Texts, load: (page: (typeof pages)[number]) => Promise<{ words: Texts }>) {
  const loaded = await Promise.all(pages.map(load));
  const all: Record<string, string> = { ...start };
  for (const { words } of loaded) Object.assign(all, words);
  return all;
}

const base = (key: string) => key.replace(/_(one|other)$/, '');
const keysOf = (catalogue: object) => [...new Set(Object.keys(catalogue).map(base))].sort();
const placeholdersOf = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort();

function placeholdersByKey(
  catalogue: Readonly<Record<string, string>>,
): Record<string, (string | undefined)[][]> {
  const found: Record<string, (string | undefined)[][]> = {};
  for (const [key, text] of Object.entries(catalogue)) {
    found[base(key)] = [...(found[base(key)] ?? []), placeholdersOf(text)];
  }
  return found;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    const isSource = /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name);
    return isSource && !/^(words\.)?(en|vi)\.ts$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}

describe('the message catalogue', () => {
  it('has the same keys in every language', () => {
    expect(keysOf(vi)).toEqual(keysOf(en));
  });

  it('has the same placeholders in every language and plural form', () => {
    const english = placeholdersByKey(en);
    for (const [key, forms] of Object.entries(placeholdersByKey(vi))) {
      for (const form of forms) expect(form, key).toEqual(english[key]?.[0]);
      for (const form of english[key] ?? []) expect(form, key).toEqual(forms[0]);
    }
  });

  it('has the plural form that each language falls back to', () => {
    for (const catalogue of [en, vi]) {
      const keys = Object.keys(catalogue);
      for (const key of keys.filter((one) => one.endsWith('_one')))
        expect(keys).toContain(`${base(key)}_other`);
    }
  });

  it('has no key in two catalogues: what one page brings would take another’s away', async () => {
    const brought = await Promise.all(pages.map(async (page) => Object.keys((await page.en()).words)));
    const keys = [...Object.keys(started), ...brought.flat()];
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('has no empty text', () => {
    for (const text of [...Object.values(en), ...Object.values(vi)]) expect(text.trim()).not.toBe('');
  });

  it('has no text that nothing shows', () => {
    const code = sources(join(import.meta.dirname, '..')).join('\n');
    // A key is written out, or made from a written beginning: t(`status.${code}`).
    const beginnings = [...code.matchAll(/`([a-z-]+\.(?:[a-z-]+\.)?)([a-z-]*)\$\{/g)].map(
      ([, a = '', b = '']) => a + b,
    );
    const unused = keysOf(en).filter(
      (key) => !code.includes(`'${key}'`) && !beginnings.some((beginning) => key.startsWith(beginning)),
    );
    expect(unused).toEqual([]);
  });
});
