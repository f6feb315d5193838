import { useState } from 'react';
import { useText } from '../language/language.tsx';
import { chooseTheme, chosenTheme, themes } from './theme.ts';

/** Chooses light or dark, or what the device has. */
export function ThemeSwitch() {
  const t = useText();
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <label className="choice">
      <span className="choice-label">{t('theme.label')}</span>
      <select
        value={theme}
        onChange={({ target }) => {
          const chosen = themes.find((one) => one === target.value);
          if (chosen === undefined) return;
          chooseTheme(chosen);
          setTheme(chosen);
        }}
      >
        {themes.map((one) => (
          <option key={one} value={one}>
            {t(`theme.${one}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
