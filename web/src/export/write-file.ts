import type { ExportFormat, WrittenPart } from './written.ts';

const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv;charset=utf-8',
  json: 'application/json',
};

/** For how long rows are written before the screen may draw again: well within a frame. */
const sliceMs = 8;

/**
 * Writes all parts, giving way to the screen again and again. Nothing where it was cancelled. `onRows` hears how many
 * rows have been written so far.
 */
export async function fileOf(
  format: ExportFormat,
  parts: Iterable<WrittenPart>,
  {
    signal,
    onRows,
    rest = nextTask,
  }: { signal: AbortSignal; onRows: (rows: number) => void; rest?: () => Promise<void> },
): Promise<Blob | undefined> {
  const texts: string[] = [];
  let rows = 0;
  let began = performance.now();
  for (const part of parts) {
    if (signal.aborted) return undefined;
    texts.push(part.text);
    rows += part.rows;
    if (performance.now() - began < sliceMs) continue;
    onRows(rows);
    await rest();
    began = performance.now();
  }
  return signal.aborted ? undefined : new Blob(texts, { type: mediaTypes[format] });
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** The name of a file: what kind of table it is, and when. Nothing of what is in it. */
export function fileName(file: string, format: ExportFormat, nowMs: number): string {
  const at = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return `carewall-${file}-${at}.${format}`;
}

/** Hands a file to the browser, which asks or puts it where downloads go. */
export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has its own hold of it once the download has begun.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
