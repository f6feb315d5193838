import type { Catalogue } from './catalogue.ts';
import { type Language, languages } from './language-codes.ts';

export { type Language, languages };

/** The first language of a list of preferences that we speak; English where there is none. */
export function preferredLanguage(preferences: readonly string[]): Language {
  const wanted = preferences.map((tag) => tag.toLowerCase().split('-')[0]);
  for (const tag of wanted) {
    const spoken = languages.find((language) => language === tag);
    if (spoken !== undefined) return spoken;
  }
  return 'en';
}

/** Fetches the texts of one language; only the one that is spoken is loaded. */
export async function loadCatalogue(language: Language): Promise<Catalogue> {
  switch (language) {
    case 'en':
      return (await import('./en.ts')).en;
    case 'vi':
      return (await import('./vi.ts')).vi;
    default:
      return language satisfies never;
  }
}
