import type { i18n } from 'i18next';
import type { Language } from './languages.ts';
import { type LoadWords, type PageWords, pageWords } from './page-words.ts';

/** The texts of pages that bring their own. */
export interface PageTexts {
  /** Fetches them once for each language; the same promise each time, but for one that failed. */
  load(page: PageWords, language: Language): Promise<void>;
  /** Fetches, in another language, those of every page that was shown. */
  loadAllIn(language: Language): Promise<void>;
}

export function createPageTexts(instance: i18n): PageTexts {
  const fetched = new Map<string, Promise<void>>();
  const shown = new Set<PageWords>();

  function load(page: PageWords, language: Language): Promise<void> {
    shown.add(page);
    const name = `${language} ${page}`;
    const known = fetched.get(name);
    if (known !== undefined) return known;
    const bring: LoadWords[Language] = pageWords[page][language];
    const loading = bring().then(({ words }) => {
      instance.addResourceBundle(language, 'translation', words, true);
    });
    fetched.set(name, loading);
    loading.catch(() => fetched.delete(name));
    return loading;
  }

  return {
    load,
    async loadAllIn(language) {
      await Promise.all([...shown].map((page) => load(page, language)));
    },
  };
}
