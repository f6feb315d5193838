import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Interval } from '#domain/appointments/interval.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import type { Block, Column, DayLayout } from './day-layout.ts';
import type { DayView } from './day-view.ts';
import { patientName } from './patient-name.ts';
import { StatusGlyph } from './status-glyph.tsx';

/** Half an hour is as high as a finger is wide. */
const pixelsPerMs = 48 / (30 * 60_000);

interface DayGridProps {
  readonly layout: DayLayout;
  readonly department: string;
  readonly view: DayView;
  readonly stale: boolean;
  readonly mayBook: boolean;
  readonly times: Times;
  readonly now: number;
}

/** The day from top to bottom, a column for each practitioner. */
export function DayGrid({ layout: { range, hours, columns }, stale, ...rest }: DayGridProps) {
  const t = useText();
  const { now, times } = rest;
  const line = useRef<HTMLDivElement>(null);
  // A day that goes on is opened where it is; from then on the person scrolls.
  useEffect(() => line.current?.scrollIntoView({ block: 'nearest' }), []);
  const place = ({ start, end }: Interval) => ({
    insetBlockStart: `${(start - range.start) * pixelsPerMs}px`,
    blockSize: `${(end - start) * pixelsPerMs}px`,
  });
  return (
    <div
      className={stale ? 'day-grid day-grid-stale' : 'day-grid'}
      style={{ gridTemplateColumns: `3.5rem repeat(${columns.length}, minmax(10rem, 1fr))` }}
    >
      <div className="day-axis" aria-hidden="true" style={{ blockSize: place(range).blockSize }}>
        {hours.map((hour) => (
          <span key={hour} style={{ insetBlockStart: place({ start: hour, end: hour }).insetBlockStart }}>
            {times.clock(hour)}
          </span>
        ))}
      </div>
      {columns.map((column) => (
        <DayColumn key={column.practitioner.id} column={column} range={range} place={place} {...rest} />
      ))}
      {now >= range.start && now < range.end && (
        <div
          ref={line}
          className="day-now"
          style={{
            insetBlockStart: `calc(var(--day-head) + ${place({ start: now, end: now }).insetBlockStart})`,
          }}
        >
          <span aria-hidden="true">{times.clock(now)}</span>
          <p className="unseen">{t('appointments.now', { time: times.clock(now) })}</p>
        </div>
      )}
    </div>
  );
}

interface DayColumnProps extends Omit<DayGridProps, 'layout' | 'stale'> {
  readonly column: Column;
  readonly range: Interval;
  readonly place: (at: Interval) => { insetBlockStart: string; blockSize: string };
}

function DayColumn({ column, range, place, department, view, mayBook, times }: DayColumnProps) {
  const t = useText();
  const { practitioner, open, blocks, free } = column;
  return (
    <section className="day-column" aria-labelledby={`practitioner-${practitioner.id}`}>
      <h2 id={`practitioner-${practitioner.id}`}>{practitioner.name}</h2>
      <div className="day-track" style={{ blockSize: place(range).blockSize }}>
        {open.map((one) => (
          <div key={one.start} className="day-open" style={place(one)} />
        ))}
        {mayBook &&
          free.map((slot) => (
            <Link
              key={slot.start}
              to="/departments/$department/day"
              params={{ department }}
              search={{ ...view, book: times.clock(slot.start), who: practitioner.id }}
              resetScroll={false}
              preload={false}
              // The button above and its form are the keyboard's way: nobody steps through a day of half hours.
              tabIndex={-1}
              className="day-free"
              style={place(slot)}
              aria-label={t('appointments.book-at', {
                time: times.clock(slot.start),
                name: practitioner.name,
              })}
            >
              <span aria-hidden="true">+ {times.clock(slot.start)}</span>
            </Link>
          ))}
        {blocks.length === 0 && <p className="unseen">{t('appointments.none-booked')}</p>}
        <ul>
          {blocks.map((block) => (
            <DayBlock
              key={block.appointment.id}
              block={block}
              place={place}
              department={department}
              view={view}
              times={times}
            />
          ))}
        </ul>
      </div>
    </section>
  );
}

function DayBlock({
  block: { appointment, at, lane, lanes },
  place,
  department,
  view,
  times,
}: Pick<DayColumnProps, 'place' | 'department' | 'view' | 'times'> & { block: Block }) {
  const t = useText();
  const { id, status, service } = appointment;
  const short = at.end - at.start < 40 * 60_000;
  return (
    <li
      className={`day-block day-block-${status}${short ? ' day-block-short' : ''}`}
      data-testid={`appointment-${id}`}
      style={{ ...place(at), insetInlineStart: `${(lane / lanes) * 100}%`, inlineSize: `${100 / lanes}%` }}
    >
      <Link
        to="/departments/$department/day"
        params={{ department }}
        search={{ ...view, open: id }}
        resetScroll={false}
        preload={false}
      >
        <StatusGlyph status={status} />
        <span className="day-block-words">
          <span className="day-block-who">
            <span className="day-block-time">{times.clock(at.start)}</span> {patientName(t, appointment)}
          </span>
          <span className="day-block-what">
            {t(`appointments.status.${status}`)} · {t(`appointments.service.${service}`)}
          </span>
        </span>
      </Link>
    </li>
  );
}
