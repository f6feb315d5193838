/** Text as it is compared: without case and without marks on letters, so that “noi khoa” finds “Nội khoa”. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase();
}

/**
 * Those whose text holds every word of what was typed, the ones in which a word begins with it first; in their own
 * order otherwise. All of them where nothing was typed.
 */
export function matching<Entry>(
  entries: readonly Entry[],
  typed: string,
  textOf: (entry: Entry) => string,
): Entry[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const scored = entries.flatMap((entry, order) => {
    const text = plain(textOf(entry));
    if (!words.every((word) => text.includes(word))) return [];
    const begun = words.filter((word) => ` ${text}`.includes(` ${word}`)).length;
    return [{ entry, begun, order }];
  });
  return scored.sort((a, b) => b.begun - a.begun || a.order - b.order).map(({ entry }) => entry);
}
