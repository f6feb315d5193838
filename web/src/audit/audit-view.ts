/** What of the audit is looked for, as the address says it. */
export interface AuditView {
  readonly who?: string;
  readonly action?: string;
  /** `ok`, `refused`, or a code. */
  readonly outcome?: string;
  readonly topic?: string;
  /** Days, by the calendar of this device. */
  readonly from?: string;
  readonly to?: string;
}

const keys = ['who', 'action', 'outcome', 'topic', 'from', 'to'] as const;

/** Reads the view from an address; what makes no sense there is left out. */
export function readAuditView(search: Readonly<Record<string, unknown>>): AuditView {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = search[key];
      const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
      const fits = key === 'from' || key === 'to' ? /^\d{4}-\d\d-\d\d$/.test(text) : text.length <= 100;
      return text !== '' && fits ? [[key, text]] : [];
    }),
  );
}

/** The view as the server is asked for it: whole days, from the first moment of one to the last of the other. */
export function auditQuery(view: AuditView, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams();
  for (const key of ['who', 'action', 'outcome', 'topic'] as const) {
    const value = view[key];
    if (value !== undefined) query.set(key, value);
  }
  const from = dayStart(view.from, 0);
  const to = dayStart(view.to, 1);
  if (from !== undefined) query.set('from', from);
  if (to !== undefined) query.set('to', to);
  for (const [key, value] of Object.entries(more)) query.set(key, value);
  return query.toString();
}

function dayStart(day: string | undefined, daysLater: number): string | undefined {
  if (day === undefined) return undefined;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const at = new Date(year, month - 1, date + daysLater);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
