/** A text that somebody was writing when they were signed out. */
export interface KeptText {
  readonly label: string;
  readonly text: string;
}

/**
 * What stands in the text fields of the page and was not sent. Read in the moment of an automatic log-off, kept in memory
 * alone, and shown to nobody but whoever had written it.
 */
export function writtenOn(page: ParentNode): KeptText[] {
  const fields = page.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>(
    'textarea, input:not([type]), input[type="text"]',
  );
  return [...fields]
    .filter((field) => field.value.trim() !== '' && field.value !== field.defaultValue && !field.readOnly)
    .map((field) => ({
      label: field.labels?.[0]?.textContent?.trim() || field.getAttribute('aria-label') || '',
      text: field.value,
    }));
}
