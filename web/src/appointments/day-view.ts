/** What of a department's day is shown, as its address says it: it can be sent to somebody, and Back closes what is open. */
export interface DayView {
  /** A date such as `2026-11-21`; today where there is none. */
  readonly date?: string;
  /** The appointment that is open. */
  readonly open?: string;
  /** The time that is being booked, `09:30`, or `any`. */
  readonly book?: string;
  /** The practitioner whose time it is; on a phone, whose day is shown. */
  readonly who?: string;
}

/** Reads the view from an address; what makes no sense there is left out. */
export function readDayView(search: Readonly<Record<string, unknown>>): DayView {
  const text = (name: string, form: RegExp) => {
    // The router reads `?open=12` as a number.
    const value = typeof search[name] === 'number' ? String(search[name]) : search[name];
    return typeof value === 'string' && form.test(value) ? value : undefined;
  };
  const id = /^[a-z0-9][a-z0-9-]{0,63}$/;
  const date = text('date', /^(20|21)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/);
  const open = text('open', id);
  const book = text('book', /^(any|([01]\d|2[0-3]):[0-5]\d)$/);
  const who = text('who', id);
  return {
    ...(date === undefined || !isDate(date) ? {} : { date }),
    ...(open === undefined ? {} : { open }),
    ...(book === undefined ? {} : { book }),
    ...(who === undefined ? {} : { who }),
  };
}

/** The thirty-first of February is none. */
function isDate(text: string): boolean {
  return new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}
