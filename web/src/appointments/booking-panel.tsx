import { type FormEvent, useEffect, useRef, useState } from 'react';
import { v4 as uuid } from 'uuid';
import { type DepartmentAppointments, serviceSchema } from '#domain/appointments/schema.ts';
import { type Instant, instantOf, millis } from '#domain/instant.ts';
import { localInZone } from '#domain/zone.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { useAnnounce } from '../ui/announcer.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { Field } from '../ui/field.tsx';
import { PendingGlyph } from '../ui/glyph.tsx';
import { practitionersOf } from './day-layout.ts';
import { obstacle, placementOf, startingAt, usualRoom, type Wanted } from './placement.ts';
import { Refused } from './refused.tsx';
import { useRequest } from './request.ts';
import { WhenFields } from './when-fields.tsx';

interface BookingPanelProps {
  readonly state: DepartmentAppointments;
  readonly date: string;
  readonly time: string | undefined;
  readonly who: string | undefined;
  readonly times: Times;
  readonly now: number;
  readonly onClose: () => void;
  /** Booked, on which day, and that in words. */
  readonly onBooked: (date: string, words: string) => void;
}

/** The form of a new appointment. What is written in it stays until the server has taken it or the person leaves. */
export function BookingPanel({ state, times, now, onClose, onBooked, ...from }: BookingPanelProps) {
  const t = useText();
  const announce = useAnnounce();
  const { asked, ask, forget } = useRequest();
  const form = useRef<HTMLFormElement>(null);
  const outcome = useRef<HTMLDivElement>(null);
  // One appointment, however often it is asked for.
  const [id] = useState(() => uuid());
  const [wanted, setWanted] = useState<Wanted>(() => {
    const practitioner = from.who ?? practitionersOf(state)[0]?.id ?? '';
    return {
      date: from.date,
      time: from.time ?? localInZone(Math.ceil(now / 1_800_000) * 1_800_000, times.zone).slice(11),
      minutes: 30,
      practitioner,
      room: usualRoom(state, practitioner),
    };
  });
  const pending = asked.status === 'pending';
  const refused = asked.status === 'refused';
  const placement = placementOf(wanted, times.zone);
  const foreseen =
    asked.status === 'idle' && placement !== undefined
      ? obstacle(state, placement, instantOf(now))
      : undefined;
  useEffect(() => {
    if (refused) outcome.current?.focus();
  }, [refused]);

  const change = (next: Wanted) => {
    forget();
    const other = next.practitioner !== wanted.practitioner;
    setWanted(other ? { ...next, room: usualRoom(state, next.practitioner) } : next);
  };
  const book = async (at: Wanted) => {
    const element = form.current;
    const where = placementOf(at, times.zone);
    if (element === null || where === undefined || !element.reportValidity()) return;
    const fields = new FormData(element);
    const entered = (name: string) => {
      const value = fields.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    const given = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, entered(name)]).filter(([, value]) => value !== ''));
    const booked = await ask('appointment.book', {
      department: state.department.id,
      appointment: id,
      ...where,
      service: entered('service'),
      patient: given(['family', 'given', 'mrn', 'birthDate']),
      ...given(['account']),
    });
    if (!booked) return;
    const name = state.practitioners[at.practitioner]?.name ?? '';
    const words = t('appointments.booked', { time: times.moment(where.start, now), name });
    announce(words);
    onBooked(localInZone(millis(where.start), times.zone).slice(0, 10), words);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void book(wanted);
  };
  const take = (start: Instant) => {
    const next = startingAt(wanted, start, times.zone);
    setWanted(next);
    // What was refused is asked again at once; before that the person may still be writing.
    if (refused) void book(next);
    else forget();
  };

  return (
    <Drawer title={t('appointments.book')} onClose={onClose}>
      <form ref={form} className="action-form" onSubmit={submit}>
        <div ref={outcome} tabIndex={-1} className="outcome" aria-live="polite">
          {pending && (
            <p className="note note-pending">
              <PendingGlyph />
              {t('pending.text')}
            </p>
          )}
          {asked.status === 'refused' && (
            <Refused
              refusal={asked.refusal}
              title={t('refused.title', { action: t('appointments.book') })}
              times={times}
              now={now}
              kept
              date={wanted.date}
              onTake={take}
            />
          )}
          {foreseen !== undefined && (
            <Refused
              refusal={foreseen}
              title={t('appointments.cannot')}
              times={times}
              now={now}
              kept={false}
              date={wanted.date}
              onTake={take}
            />
          )}
        </div>
        <fieldset className="action-fields" disabled={pending}>
          <legend className="unseen">{t('appointments.book')}</legend>
          <WhenFields wanted={wanted} state={state} onChange={change} />
          <Field label={t('appointments.service-label')}>
            {(control) => (
              <select {...control} name="service" defaultValue="consultation">
                {serviceSchema.options.map((service) => (
                  <option key={service} value={service}>
                    {t(`appointments.service.${service}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('appointments.family')}>
            {(control) => <input {...control} name="family" maxLength={120} autoComplete="off" required />}
          </Field>
          <Field label={t('form.given')}>
            {(control) => <input {...control} name="given" maxLength={120} autoComplete="off" />}
          </Field>
          <Field label={t('form.mrn')}>
            {(control) => <input {...control} name="mrn" maxLength={64} autoComplete="off" />}
          </Field>
          <Field label={t('form.birth')}>
            {(control) => (
              <input
                {...control}
                name="birthDate"
                type="date"
                max={localInZone(now, times.zone).slice(0, 10)}
              />
            )}
          </Field>
          <Field label={t('appointments.account')}>
            {(control) => (
              <input
                {...control}
                name="account"
                maxLength={64}
                autoComplete="off"
                pattern="[a-z0-9][a-z0-9\-]*"
                onChange={forget}
              />
            )}
          </Field>
        </fieldset>
        <div className="action-buttons">
          <button type="submit" className="primary" disabled={pending}>
            {t('appointments.book')}
          </button>
          <button type="button" onClick={onClose} disabled={pending}>
            {t('app.cancel')}
          </button>
        </div>
      </form>
    </Drawer>
  );
}
