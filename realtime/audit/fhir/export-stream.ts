import type { AuditCursor, AuditRow } from '#db/audit/search.ts';
import { cursorText } from '../audit-query.ts';
import { auditEventOf } from './audit-event.ts';

export const exportFormats = ['fhir', 'ndjson'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportOptions {
  readonly format: ExportFormat;
  readonly server: { readonly url: string; readonly org: string };
  /** The most rows in one answer; where there are more, its last resource says from where to go on. */
  readonly most: number;
  readonly page: number;
  read(after: AuditCursor | undefined, limit: number): Promise<readonly AuditRow[]>;
  readonly after: AuditCursor | undefined;
}

/** Rows of the audit as FHIR resources: a Bundle, or one resource a line. Read page by page, as fast as it is taken. */
export function exportStream(options: ExportOptions): ReadableStream<Uint8Array> {
  const parts = written(options);
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await parts.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}

async function* written(options: ExportOptions): AsyncGenerator<string, undefined> {
  const { format, server, most, page, read } = options;
  const bundle = format === 'fhir';
  if (bundle) yield '{"resourceType":"Bundle","type":"collection","entry":[';
  let rows = 0;
  let after = options.after;
  let separator = '';
  const one = (resource: unknown): string => {
    const json = JSON.stringify(resource);
    const text = bundle ? `${separator}{"resource":${json}}` : `${json}\n`;
    separator = ',';
    return text;
  };
  for (;;) {
    const found = await read(after, Math.min(page, most - rows));
    const last = found.at(-1);
    if (last === undefined) break;
    yield found.map((row) => one(auditEventOf(row, server))).join('');
    rows += found.length;
    after = { at: last.at, id: last.id };
    if (rows >= most) {
      if ((await read(after, 1)).length > 0) yield one(more(cursorText(after)));
      break;
    }
  }
  if (bundle) yield ']}';
  return undefined;
}

/** Says that there is more, and from where. */
function more(cursor: string) {
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'information', code: 'incomplete', diagnostics: `go on with cursor=${cursor}` }],
  };
}
