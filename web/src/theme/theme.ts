import { keepChoice, readChoice } from '../ui/remembered.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** The appearance that was chosen before; as the device has it where none was. */
export function chosenTheme(): Theme {
  return readChoice('theme', themes) ?? 'system';
}

/** Shows the page in a theme. The style sheets read the attribute; without it they follow the device. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Chooses a theme for now and the next visit. */
export function chooseTheme(theme: Theme): void {
  applyTheme(theme);
  keepChoice('theme', theme);
}
