import { millis } from '#domain/instant.ts';
import type { OwnBooking } from '#domain/people/own-booking.ts';
import type { User } from '#domain/people/schema.ts';
import { ExportButton } from '../export/export-button.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useTopic } from '../live/hooks.ts';
import { Empty, Forbidden, Loading } from '../ui/states.tsx';
import { bookingsExport } from './appointment-export.ts';
import { StatusGlyph } from './status-glyph.tsx';
import './appointments.css';

/** The bookings of one person, on the topic that tells what concerns them, as the departments last said them. */
export function OwnBookings({ topic }: { topic: string }) {
  const t = useText();
  return (
    <section aria-labelledby="own-bookings-heading">
      <h2 id="own-bookings-heading">{t('me.bookings')}</h2>
      <Bookings topic={topic} />
    </section>
  );
}

function Bookings({ topic }: { topic: string }) {
  const t = useText();
  const now = useNow(5000);
  const times = useTimes();
  const { status, state, confirmedAt } = useTopic<User>(topic);
  if (status === 'missing') return <Forbidden title={t('forbidden.title')} />;
  if (state === undefined) return <Loading />;
  const bookings = Object.values(state.booking).sort((a, b) => a.start.localeCompare(b.start));
  if (bookings.length === 0) {
    return (
      <Empty title={t('me.no-bookings')}>
        <p>{t('me.no-bookings-text')}</p>
      </Empty>
    );
  }
  return (
    <>
      {status === 'behind' && confirmedAt !== undefined && (
        <p className="day-stale">{t('appointments.stale', { time: times.moment(confirmedAt, now) })}</p>
      )}
      <ExportButton
        what={t('me.bookings')}
        table={() => bookingsExport(t, bookings, { topic, confirmedAt })}
      />
      <ul className="own-bookings">
        {bookings.map((booking) => (
          <Booking key={booking.id} booking={booking} now={now} />
        ))}
      </ul>
    </>
  );
}

function Booking({ booking, now }: { booking: OwnBooking; now: number }) {
  const t = useText();
  // By the clock on the wall of the place one has to be at.
  const times = useTimes(booking.department.timezone);
  const { id, status, start, end, practitioner, room, department, service, asOf } = booking;
  const over = millis(end) < now;
  const age = times.length(now - millis(asOf));
  return (
    <li className={over ? 'own-booking own-booking-over' : 'own-booking'} data-testid={`booking-${id}`}>
      <p className="own-booking-when">
        {times.moment(start, now)}–{times.clock(end)}
      </p>
      <div>
        <h3>{service === undefined ? t('appointments.one') : t(`appointments.service.${service}`)}</h3>
        <p>{t('me.with', { name: practitioner, room, department: department.name })}</p>
      </div>
      <p className="fact-status">
        <StatusGlyph status={status} /> {t(`appointments.status.${status}`)}
        <small>{age === undefined ? t('age.now') : t('age.ago', { age })}</small>
      </p>
    </li>
  );
}
