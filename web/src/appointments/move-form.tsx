import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Placement } from '#domain/appointments/events.ts';
import type { Appointment, DepartmentAppointments } from '#domain/appointments/schema.ts';
import { type Instant, instantOf } from '#domain/instant.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { obstacle, placementOf, startingAt, type Wanted, wantedOf } from './placement.ts';
import { Refused } from './refused.tsx';
import type { Asked } from './request.ts';
import { WhenFields } from './when-fields.tsx';

interface MoveFormProps {
  readonly appointment: Appointment;
  readonly state: DepartmentAppointments;
  readonly asked: Asked;
  readonly possible: boolean;
  readonly times: Times;
  readonly now: number;
  readonly onMove: (placement: Placement) => void;
  readonly onChange: () => void;
  readonly onCancel: () => void;
  /** What has changed since the form was opened. */
  readonly children?: ReactNode;
}

/** To when, whom and where an appointment is moved. */
export function MoveForm({
  appointment,
  state,
  asked,
  possible,
  times,
  now,
  onMove,
  onChange,
  onCancel,
  children,
}: MoveFormProps) {
  const t = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  const [wanted, setWanted] = useState<Wanted>(() => wantedOf(appointment, times.zone));
  useEffect(() => heading.current?.focus(), []);
  const name = t('appointments.action.appointment.move');
  const pending = asked.status === 'pending';
  const placement = placementOf(wanted, times.zone);
  const untouched =
    placement?.start === appointment.start &&
    placement.end === appointment.end &&
    placement.practitioner === appointment.practitioner &&
    placement.room === appointment.room;
  const foreseen =
    asked.status === 'refused' || placement === undefined || untouched
      ? undefined
      : obstacle(state, placement, instantOf(now), appointment.id);
  const change = (next: Wanted) => {
    onChange();
    setWanted(next);
  };
  const take = (start: Instant) => {
    const next = startingAt(wanted, start, times.zone);
    setWanted(next);
    const at = placementOf(next, times.zone);
    if (asked.status === 'refused' && at !== undefined) onMove(at);
  };
  return (
    <form
      className="action-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (placement !== undefined) onMove(placement);
      }}
    >
      <h3 ref={heading} tabIndex={-1}>
        {name}
      </h3>
      <div aria-live="polite">
        {asked.status === 'refused' && (
          <Refused
            refusal={asked.refusal}
            title={t('refused.title', { action: name })}
            times={times}
            now={now}
            kept
            date={wanted.date}
            onTake={take}
          >
            {children}
          </Refused>
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
        <legend className="unseen">{name}</legend>
        <WhenFields wanted={wanted} state={state} onChange={change} />
      </fieldset>
      <div className="action-buttons">
        <button type="submit" className="primary" disabled={pending || !possible || untouched}>
          {name}
        </button>
        <button type="button" onClick={onCancel} disabled={pending}>
          {t('appointments.back')}
        </button>
      </div>
    </form>
  );
}
