import type { AppointmentStatus } from '#domain/appointments/states.ts';

interface Shape {
  readonly path: string;
  readonly filled: boolean;
}

const circle = 'M16 3a13 13 0 1 0 0 26a13 13 0 1 0 0-26z';

const shapes: Readonly<Record<AppointmentStatus, Shape>> = {
  waitlist: { path: 'M7 3h18M7 29h18M9 3c0 8 14 10 14 26M23 3c0 8-14 10-14 26', filled: false },
  proposed: { path: 'M16 3v26M3 16h26', filled: false },
  pending: { path: `${circle}M10 16h.1M16 16h.1M22 16h.1`, filled: false },
  booked: { path: circle, filled: false },
  arrived: { path: 'M3 16h22M16 6l10 10l-10 10', filled: false },
  'checked-in': { path: circle, filled: true },
  fulfilled: { path: 'M4 17l8 9L28 6', filled: false },
  cancelled: { path: 'M5 5l22 22M27 5L5 27', filled: false },
  noshow: { path: `${circle}M7 7l18 18`, filled: false },
  'entered-in-error': { path: 'M4 4h24v24H4zM10 10l12 12M22 10L10 22', filled: false },
};

/** The status of an appointment as shape and colour at once. The word stands beside it. */
export function StatusGlyph({ status }: { status: AppointmentStatus }) {
  const { path, filled } = shapes[status];
  return (
    <svg
      className={`glyph appointment-glyph-${status}`}
      viewBox="0 0 32 32"
      aria-hidden="true"
      focusable="false"
    >
      <path d={path} className={filled ? 'glyph-filled' : 'glyph-line'} />
    </svg>
  );
}
