import { useLanguage } from './language.tsx';
import { languages } from './languages.ts';

/** Chooses the language; each is named in itself, so that whoever reads only that one finds it. */
export function LanguageSwitch() {
  const { language, speak, t } = useLanguage();
  return (
    <label className="choice">
      <span className="choice-label">{t('language.label')}</span>
      <select
        value={language}
        onChange={({ target }) => {
          const chosen = languages.find((one) => one === target.value);
          if (chosen !== undefined) void speak(chosen);
        }}
      >
        {languages.map((one) => (
          <option key={one} value={one} lang={one}>
            {t(`language.${one}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
