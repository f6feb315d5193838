/** Where one is brought when it is not said, or not to be trusted. */
const start = '/';

/**
 * The path of our own pages that a text names, as browsers read it: they take backslashes for slashes and drop control
 * characters, so that what looks like a path may be another host. Whatever is no path of ours comes to the start page.
 */
export function returnPath(text: string | undefined, publicUrl: string): string {
  if (text === undefined || text.length > 2_000 || !/^\/(?![/\\])/.test(text)) return start;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (/[\u0000-\u0020\u007f\\]/.test(text)) return start;
  const own = new URL(publicUrl).origin;
  if (!URL.canParse(text, own)) return start;
  const url = new URL(text, own);
  // Dots in a path may leave two slashes at its head, which would be a host.
  if (url.origin !== own || url.pathname.startsWith('//') || url.pathname.startsWith('/api/')) return start;
  return `${url.pathname}${url.search}${url.hash}`;
}
