import type { Appointment, DepartmentAppointments } from '#domain/appointments/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { sourceName } from '../ui/source-name.ts';
import { patientName } from './patient-name.ts';
import { StatusGlyph } from './status-glyph.tsx';

/** Everything that this view says of an appointment. */
export function AppointmentFacts({
  appointment,
  state,
  times,
  now,
}: {
  appointment: Appointment;
  state: DepartmentAppointments;
  times: Times;
  now: number;
}) {
  const t = useText();
  const { status, start, end, practitioner, room, service, patient, cancellation, asOf, source } =
    appointment;
  const details = [
    patient?.mrn,
    patient?.birthDate && t('occupant.born', { date: times.day(patient.birthDate) }),
  ];
  const who = details.filter((detail) => detail !== undefined).join(' · ');
  return (
    <dl className="facts">
      <div>
        <dt>{t('appointments.status-label')}</dt>
        <dd className="fact-status">
          <StatusGlyph status={status} /> {t(`appointments.status.${status}`)}
        </dd>
      </div>
      <div>
        <dt>{t('appointments.when')}</dt>
        <dd>
          {times.moment(start, now)}–{times.clock(end)}
        </dd>
      </div>
      <div>
        <dt>{t('appointments.patient')}</dt>
        <dd>
          {patientName(t, appointment)}
          {who !== '' && <small>{who}</small>}
        </dd>
      </div>
      <div>
        <dt>{t('appointments.practitioner')}</dt>
        <dd>{state.practitioners[practitioner]?.name ?? practitioner}</dd>
      </div>
      <div>
        <dt>{t('appointments.room')}</dt>
        <dd>{state.rooms[room]?.name ?? room}</dd>
      </div>
      <div>
        <dt>{t('appointments.service-label')}</dt>
        <dd>{t(`appointments.service.${service}`)}</dd>
      </div>
      {cancellation !== undefined && (
        <div>
          <dt>{t('appointments.why')}</dt>
          <dd>
            {t(`appointments.reason.${cancellation.reason}`)}
            {cancellation.note !== undefined && <small>{cancellation.note}</small>}
          </dd>
        </div>
      )}
      <div>
        <dt>{t('board.column-said')}</dt>
        <dd>{t('said.by', { time: times.moment(asOf, now), source: sourceName(t, source) })}</dd>
      </div>
    </dl>
  );
}
