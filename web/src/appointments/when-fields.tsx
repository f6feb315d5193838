import type { DepartmentAppointments } from '#domain/appointments/schema.ts';
import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';
import { practitionersOf } from './day-layout.ts';
import type { Wanted } from './placement.ts';

const lengths = [15, 30, 45, 60, 90, 120] as const;

/** When, for how long, with whom and where. */
export function WhenFields({
  wanted,
  state,
  onChange,
}: {
  wanted: Wanted;
  state: DepartmentAppointments;
  onChange: (wanted: Wanted) => void;
}) {
  const t = useText();
  const minutes: readonly number[] = lengths.some((one) => one === wanted.minutes)
    ? lengths
    : [wanted.minutes, ...lengths].sort((a, b) => a - b);
  return (
    <>
      <div className="field-row">
        <Field label={t('appointments.day')}>
          {(control) => (
            <input
              {...control}
              type="date"
              required
              value={wanted.date}
              onChange={({ currentTarget }) => onChange({ ...wanted, date: currentTarget.value })}
            />
          )}
        </Field>
        <Field label={t('appointments.time', { zone: cityOf(state.department.timezone) })}>
          {(control) => (
            <input
              {...control}
              type="time"
              required
              value={wanted.time}
              onChange={({ currentTarget }) => onChange({ ...wanted, time: currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <Field label={t('appointments.length')}>
        {(control) => (
          <select
            {...control}
            value={wanted.minutes}
            onChange={({ currentTarget }) => onChange({ ...wanted, minutes: Number(currentTarget.value) })}
          >
            {minutes.map((count) => (
              <option key={count} value={count}>
                {t('form.minutes-value', { count })}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('appointments.practitioner')}>
        {(control) => (
          <select
            {...control}
            value={wanted.practitioner}
            onChange={({ currentTarget }) => onChange({ ...wanted, practitioner: currentTarget.value })}
          >
            {practitionersOf(state).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('appointments.room')}>
        {(control) => (
          <select
            {...control}
            value={wanted.room}
            onChange={({ currentTarget }) => onChange({ ...wanted, room: currentTarget.value })}
          >
            {Object.values(state.rooms).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

/** The city by which a zone is known: `Asia/Ho_Chi_Minh` is Ho Chi Minh. */
function cityOf(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}
