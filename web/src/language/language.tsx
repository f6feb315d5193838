import { createInstance, type i18n } from 'i18next';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { keepChoice, readChoice } from '../ui/remembered.ts';
import type { Translate } from './catalogue.ts';
import { type Language, languages, loadCatalogue, preferredLanguage } from './languages.ts';

interface Spoken {
  readonly language: Language;
  readonly t: Translate;
  /** Loads a language and speaks it from then on, on the next visit too. */
  speak(language: Language): Promise<void>;
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
  const spoken = useMemo<Spoken>(() => {
    const translate = instance.getFixedT(language);
    return {
      language,
      t: (key, ...values) => translate(key, values[0] ?? {}),
      speak: async (next) => {
        await change(instance, next);
        keepChoice('language', next);
        setLanguage(next);
      },
    };
  }, [instance, language]);
  return <SpokenContext value={spoken}>{children}</SpokenContext>;
}

/** The language that is spoken, and its texts. */
export function useLanguage(): Spoken {
  const spoken = useContext(SpokenContext);
  if (spoken === undefined) throw new Error('a text was asked for outside the language provider');
  return spoken;
}

/** Gives the texts of the language that is spoken. */
export function useText(): Translate {
  return useLanguage().t;
}
