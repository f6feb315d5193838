import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { shiftedDay } from '#domain/appointments/hours.ts';
import { appointmentsModule } from '#domain/appointments/module.ts';
import type { DepartmentAppointments } from '#domain/appointments/schema.ts';
import { localInZone } from '#domain/zone.ts';
import { mayAsk } from '../app/may-ask.ts';
import { usePageHeading } from '../app/page.tsx';
import { ExportButton } from '../export/export-button.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import { useMedia } from '../ui/use-media.ts';
import { dayExport } from './appointment-export.ts';
import { AppointmentPanel } from './appointment-panel.tsx';
import { BookingPanel } from './booking-panel.tsx';
import { DayControls } from './day-controls.tsx';
import { DayGrid } from './day-grid.tsx';
import { dayLayout, practitionersOf } from './day-layout.ts';
import type { DayView } from './day-view.ts';
import type { DepartmentPlace } from './departments.ts';
import './appointments.css';

const route = getRouteApi('/departments/$department/day');

/** A day of a department, practitioner by practitioner, and what of it is open. */
export function DayBoard({ department, otherwise }: { department: DepartmentPlace; otherwise: ReactNode }) {
  const t = useText();
  const live = useLive();
  const now = useNow(5000);
  const view = route.useSearch();
  const navigate = route.useNavigate();
  const phone = useMedia('(max-width: 720px)');
  const heading = usePageHeading(t('appointments.title', { department: department.name }));
  const session = useStore(live.session);
  const [said, setSaid] = useState<string>();
  const reading = useTopic<DepartmentAppointments>(department.topic);
  const { state } = reading;
  const times = useTimes(state?.department.timezone);
  if (reading.status === 'missing') return otherwise;

  const today = localInZone(now, times.zone).slice(0, 10);
  const date = view.date ?? today;
  const grants = typeof session === 'string' ? [] : session.grants;
  const asking = { grants, path: department.path.map(({ id }) => id) };
  const mayBook = mayAsk(appointmentsModule, 'appointment.book', asking);
  const show = (search: DayView) => void navigate({ search, resetScroll: false });
  const { open: _open, book: _book, ...closed } = view;
  const close = () => show(closed);
  const practitioners = state === undefined ? [] : practitionersOf(state);
  const title = t('appointments.title', { department: department.name });
  const who = phone ? (practitioners.find(({ id }) => id === view.who) ?? practitioners[0])?.id : undefined;

  return (
    <div className="day">
      <header className="day-head">
        <p className="board-way">
          <Link to="/departments">{t('appointments.departments')}</Link>
          <span aria-hidden="true">›</span>
          <span>{department.facility}</span>
          <span aria-hidden="true">›</span>
        </p>
        <h1 ref={heading} tabIndex={-1}>
          {department.name}
        </h1>
        <DayControls
          date={date}
          today={today}
          view={view}
          practitioners={practitioners}
          who={who}
          onChange={show}
          onShift={(days) => show({ ...closed, date: shiftedDay(date, days) })}
        />
        {state !== undefined && practitioners.length > 0 && (
          <ExportButton
            what={title}
            table={() =>
              dayExport(
                t,
                state,
                dayLayout(state, date, now, who).columns.flatMap(({ blocks }) =>
                  blocks.map(({ appointment }) => appointment),
                ),
                { title, date, topic: department.topic, confirmedAt: reading.confirmedAt },
              )
            }
          />
        )}
        {mayBook && practitioners.length > 0 && (
          <button
            type="button"
            className="primary day-book"
            onClick={() => show({ ...closed, book: 'any', ...(who === undefined ? {} : { who }) })}
          >
            {t('appointments.book')}
          </button>
        )}
      </header>
      {said !== undefined && <p className="note note-done day-said">{said}</p>}
      {reading.status === 'behind' && reading.confirmedAt !== undefined && (
        <p className="day-stale">
          {t('appointments.stale', { time: times.moment(reading.confirmedAt, now) })}
        </p>
      )}
      {state === undefined ? (
        <Loading title={t('appointments.loading')} />
      ) : practitioners.length === 0 ? (
        <Empty title={t('appointments.nobody')}>
          <p>{t('appointments.nobody-text')}</p>
        </Empty>
      ) : (
        <DayGrid
          layout={dayLayout(state, date, now, who)}
          department={department.id}
          view={closed}
          stale={reading.status === 'behind'}
          mayBook={mayBook}
          times={times}
          now={now}
        />
      )}
      {state !== undefined && view.open !== undefined && (
        <AppointmentPanel
          key={view.open}
          appointment={state.appointments[view.open]}
          state={state}
          asking={asking}
          times={times}
          now={now}
          onClose={close}
        />
      )}
      {state !== undefined && view.book !== undefined && mayBook && (
        <BookingPanel
          state={state}
          date={date}
          time={view.book === 'any' ? undefined : view.book}
          who={view.who}
          times={times}
          now={now}
          onClose={close}
          onBooked={(day, words) => {
            setSaid(words);
            show({ ...closed, date: day });
          }}
        />
      )}
    </div>
  );
}
