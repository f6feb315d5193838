import { createInstance, type i18n } from 'i18next';
import { createContext, type ReactNode, use, useContext, useMemo, useState } from 'react';
import { keepChoice, readChoice } from '../ui/remembered.ts';
import type { Translate } from './catalogue.ts';
import { type Language, languages, loadCatalogue, preferredLanguage } from './languages.ts';
import { createPageTexts, type PageTexts } from './page-texts.ts';
import type { PageWords } from './page-words.ts';

interface Spoken {
  readonly language: Language;
  readonly t: Translate;
  /** Loads a language and speaks it from then on, on the next visit too. */
  speak(language: Language): Promise<void>;
  readonly pages: PageTexts;
}

const SpokenContext = createContext<Spoken | undefined>(undefined);

/** Loads the language that was chosen before, or the browser's, so that the first text on the screen is in it. */
export async function startLanguage(): Promise<i18n> {
  const instance = createInstance();
  await instance.init({
    lng: 'en',
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    // React escapes what it renders.
    interpolation: { escapeValue: false },
    resources: {},
    showSupportNotice: false,
  });
  await change(instance, readChoice('language', languages) ?? preferredLanguage(navigator.languages));
  return instance;
}

async function change(instance: i18n, language: Language): Promise<void> {
  instance.addResourceBundle(language, 'translation', await loadCatalogue(language));
  await instance.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Gives everything inside the texts of the chosen language. */
export function LanguageProvider({ instance, children }: { instance: i18n; children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => preferredLanguage([instance.language]));
  const pages = useMemo(() => createPageTexts(instance), [instance]);
  const spoken = useMemo<Spoken>(() => {
    const translate = instance.getFixedT(language);
    return {
      language,
      t: (key, ...values) => translate(key, values[0] ?? {}),
      pages,
      speak: async (next) => {
        await Promise.all([change(instance, next), pages.loadAllIn(next)]);
        keepChoice('language', next);
        setLanguage(next);
      },
    };
  }, [instance, language, pages]);
  return <SpokenContext value={spoken}>{children}</SpokenContext>;
}

/** The language that is spoken, and its texts. */
export function useLanguage(): Spoken {
  const spoken = useContext(SpokenContext);
  if (spoken === undefined) throw new Error('a text was asked for outside the language provider');
  return spoken;
}

/** Shows a page once its own texts are there in the language that is spoken. */
export function WithPageTexts({ of, children }: { of: readonly PageWords[]; children: ReactNode }) {
  const { language, pages } = useLanguage();
  for (const loading of of.map((words) => pages.load(words, language))) use(loading);
  return children;
}

/** Gives the texts of the language that is spoken. */
export function useText(): Translate {
  return useLanguage().t;
}
