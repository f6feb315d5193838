import type { Language } from './languages.ts';

type Words = Readonly<Record<string, string>>;
/** Fetches a page's texts in each language. */
export type LoadWords = Readonly<Record<Language, () => Promise<{ readonly words: Words }>>>;

/**
 * The texts of pages that few people open: fetched with the page, in the language that is spoken. A line here and one in
 * `catalogue.ts`, which knows their types, for each.
 */
export const pageWords = {
  appointments: {
    en: () => import('../appointments/words.en.ts'),
    vi: () => import('../appointments/words.vi.ts'),
  },
  feeds: { en: () => import('../feeds/words.en.ts'), vi: () => import('../feeds/words.vi.ts') },
  join: { en: () => import('../join/words.en.ts'), vi: () => import('../join/words.vi.ts') },
  people: { en: () => import('../people/words.en.ts'), vi: () => import('../people/words.vi.ts') },
  payments: { en: () => import('../payments/words.en.ts'), vi: () => import('../payments/words.vi.ts') },
} as const satisfies Readonly<Record<string, LoadWords>>;

export type PageWords = keyof typeof pageWords;
