/** A choice that this browser keeps. Where storage is refused (private windows, kiosks) it lasts as long as the page. */
export function readChoice<Choice extends string>(
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  try {
    const stored = localStorage.getItem(`carewall.${name}`);
    return choices.find((choice) => choice === stored);
  } catch {
    return undefined;
  }
}

/** Keeps a choice for the next visit, where the browser allows it. */
export function keepChoice(name: string, choice: string): void {
  try {
    localStorage.setItem(`carewall.${name}`, choice);
  } catch {
    // The choice still holds on this page; only the next visit will not know of it.
  }
}
