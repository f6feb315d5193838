import type { Language } from './language-codes.ts';

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
  audit: { en: () => import('../audit/words.en.ts'), vi: () => import('../audit/words.vi.ts') },
  contacts: { en: () => import('../contacts/words.en.ts'), vi: () => import('../contacts/words.vi.ts') },
  'count-link': {
    en: () => import('../count-link/words.en.ts'),
    vi: () => import('../count-link/words.vi.ts'),
  },
  emergency: { en: () => import('../emergency/words.en.ts'), vi: () => import('../emergency/words.vi.ts') },
  feeds: { en: () => import('../feeds/words.en.ts'), vi: () => import('../feeds/words.vi.ts') },
  join: { en: () => import('../join/words.en.ts'), vi: () => import('../join/words.vi.ts') },
  mailbox: {
    en: () => import('../demo-mailbox/words.en.ts'),
    vi: () => import('../demo-mailbox/words.vi.ts'),
  },
  'my-security': {
    en: () => import('../my-security/words.en.ts'),
    vi: () => import('../my-security/words.vi.ts'),
  },
  pairing: { en: () => import('../pairing/words.en.ts'), vi: () => import('../pairing/words.vi.ts') },
  payments: { en: () => import('../payments/words.en.ts'), vi: () => import('../payments/words.vi.ts') },
  people: { en: () => import('../people/words.en.ts'), vi: () => import('../people/words.vi.ts') },
  privacy: { en: () => import('../privacy/words.en.ts'), vi: () => import('../privacy/words.vi.ts') },
  reviews: { en: () => import('../reviews/words.en.ts'), vi: () => import('../reviews/words.vi.ts') },
  security: { en: () => import('../security/words.en.ts'), vi: () => import('../security/words.vi.ts') },
  'sign-in': { en: () => import('../sign-in/words.en.ts'), vi: () => import('../sign-in/words.vi.ts') },
  walls: { en: () => import('../walls/words.en.ts'), vi: () => import('../walls/words.vi.ts') },
} as const satisfies Readonly<Record<string, LoadWords>>;

export type PageWords = keyof typeof pageWords;
