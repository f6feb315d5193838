import type { Codes, Entry } from '#domain/feeds/schema.ts';

/** What of the sources is shown, as the address says it. */
export interface SourcesView {
  /** The source whose settings are open. */
  readonly source?: string;
  /** The kept message that is open. */
  readonly entry?: string;
  /** Only messages of this source, or refused with this code. */
  readonly from?: string;
  readonly code?: string;
}

/** Reads the view from an address; what makes no sense there is left out. */
export function readSourcesView(search: Readonly<Record<string, unknown>>): SourcesView {
  const text = (key: keyof SourcesView) => {
    const value = search[key];
    return typeof value === 'string' || typeof value === 'number' ? { [key]: String(value) } : {};
  };
  return { ...text('source'), ...text('entry'), ...text('from'), ...text('code') };
}

/** The messages that the view asks for, the oldest first: what came first is mended first. */
export function shownEntries(entries: readonly Entry[], { from, code }: SourcesView): Entry[] {
  return entries
    .filter(
      (entry) =>
        (from === undefined || entry.feed === from) && (code === undefined || entry.fault.code === code),
    )
    .sort((a, b) =>
      a.receivedAt < b.receivedAt ? -1 : a.receivedAt > b.receivedAt ? 1 : a.id < b.id ? -1 : 1,
    );
}

/** Codes of a place as they stand in a message: point of care ^ room ^ bed ^ facility. */
export function codesText({ pointOfCare, room, bed, facility }: Codes): string {
  return [pointOfCare, room, bed, facility].join('^');
}

/** Whether two places are named by the same codes. */
export function sameCodes(a: Codes, b: Codes): boolean {
  return codesText(a) === codesText(b);
}
