import { useEffect, useRef, useState } from 'react';
import type { Appointment, DepartmentAppointments } from '#domain/appointments/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { useAnnounce } from '../ui/announcer.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { PendingGlyph } from '../ui/glyph.tsx';
import { sourceName } from '../ui/source-name.ts';
import { Empty } from '../ui/states.tsx';
import { AppointmentFacts } from './appointment-facts.tsx';
import { CancelForm } from './cancel-form.tsx';
import { MoveForm } from './move-form.tsx';
import { patientName } from './patient-name.ts';
import { type AppointmentAction, appointmentActions, possibleSteps } from './possible-steps.ts';
import { Refused } from './refused.tsx';
import { useRequest } from './request.ts';

interface AppointmentPanelProps {
  readonly appointment: Appointment | undefined;
  readonly state: DepartmentAppointments;
  readonly asking: Parameters<typeof possibleSteps>[2];
  readonly times: Times;
  readonly now: number;
  readonly onClose: () => void;
}

/** One appointment, and what this person can do with it now. */
export function AppointmentPanel({ appointment, onClose, ...rest }: AppointmentPanelProps) {
  const t = useText();
  return (
    <Drawer
      title={appointment === undefined ? t('appointments.one') : patientName(t, appointment)}
      onClose={onClose}
    >
      {appointment === undefined ? (
        <Empty title={t('appointments.gone')} />
      ) : (
        <Inside appointment={appointment} {...rest} />
      )}
    </Drawer>
  );
}

function Inside({
  appointment,
  state,
  asking,
  times,
  now,
}: Omit<AppointmentPanelProps, 'appointment' | 'onClose'> & { appointment: Appointment }) {
  const t = useText();
  const announce = useAnnounce();
  const { asked, ask, forget } = useRequest();
  const outcome = useRef<HTMLDivElement>(null);
  // As it was when the person began: what it is compared with when it changes under their hands.
  const [before, setBefore] = useState(appointment);
  const [form, setForm] = useState<'appointment.move' | 'appointment.cancel'>();
  const steps = possibleSteps(appointment, state, asking, now);
  const pending = asked.status === 'pending';
  const { status } = asked;
  useEffect(() => {
    if (status === 'done' || status === 'refused') outcome.current?.focus();
  }, [status]);

  const send = async (type: AppointmentAction, data: Record<string, unknown>) => {
    setBefore(appointment);
    const done = await ask(type, { appointment: appointment.id, ...data }, appointment.version);
    const action = t(`appointments.action.${type}`);
    if (done) setForm(undefined);
    announce(done ? t('appointments.done', { action }) : t('refused.title', { action }));
  };
  const choose = (type: AppointmentAction) => {
    forget();
    setBefore(appointment);
    if (type === 'appointment.move' || type === 'appointment.cancel') setForm(type);
    else void send(type, {});
  };
  const leave = () => {
    forget();
    setForm(undefined);
  };
  const changed = form !== undefined || status === 'refused' ? changes() : [];

  return (
    <>
      <AppointmentFacts appointment={appointment} state={state} times={times} now={now} />
      <div ref={outcome} tabIndex={-1} className="outcome">
        {pending && (
          <p className="note note-pending">
            <PendingGlyph />
            {t('pending.text')}
          </p>
        )}
        {asked.status === 'done' && (
          <p className="note note-done">{t('appointments.done', { action: actionName(asked.type) })}</p>
        )}
        {asked.status === 'refused' && form !== 'appointment.move' && (
          <Refused
            refusal={asked.refusal}
            title={t('refused.title', { action: actionName(asked.type) })}
            times={times}
            now={now}
            kept={form !== undefined}
          >
            {changeList()}
          </Refused>
        )}
        {asked.status !== 'refused' && changed.length > 0 && (
          <div className="note note-changed" role="status">
            <p>{t('appointments.changed-meanwhile')}</p>
            {changeList()}
          </div>
        )}
      </div>
      {form === 'appointment.move' ? (
        <MoveForm
          appointment={appointment}
          state={state}
          asked={asked}
          possible={steps.includes('appointment.move')}
          times={times}
          now={now}
          onMove={(placement) => void send('appointment.move', { ...placement })}
          onChange={forget}
          onCancel={leave}
        >
          {changeList()}
        </MoveForm>
      ) : form === 'appointment.cancel' ? (
        <CancelForm
          pending={pending}
          possible={steps.includes('appointment.cancel')}
          onSubmit={(data) => void send('appointment.cancel', data)}
          onCancel={leave}
        />
      ) : (
        <section className="actions" aria-labelledby="actions-heading">
          <h3 id="actions-heading">{t('panel.actions')}</h3>
          {steps.length === 0 && <p>{t('appointments.no-actions')}</p>}
          <ul>
            {steps.map((type) => (
              <li key={type}>
                <button type="button" disabled={pending} onClick={() => choose(type)}>
                  {t(`appointments.action.${type}`)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );

  function actionName(type: string): string {
    const step = appointmentActions.find((one) => one === type);
    return step === undefined ? t('appointments.one') : t(`appointments.action.${step}`);
  }

  /** What is different since the person began. */
  function changes(): string[] {
    if (before.version === appointment.version) return [];
    const found = [
      ...(before.status === appointment.status
        ? []
        : [t('appointments.now-is', { status: t(`appointments.status.${appointment.status}`) })]),
      ...(before.start === appointment.start && before.end === appointment.end
        ? []
        : [
            t('appointments.now-at', {
              start: times.moment(appointment.start, now),
              end: times.clock(appointment.end),
            }),
          ]),
      ...(before.practitioner === appointment.practitioner
        ? []
        : [
            t('appointments.now-with', {
              name: state.practitioners[appointment.practitioner]?.name ?? appointment.practitioner,
            }),
          ]),
    ];
    return [
      ...found,
      t('change.said', {
        time: times.moment(appointment.asOf, now),
        source: sourceName(t, appointment.source),
      }),
    ];
  }

  function changeList() {
    return changed.length === 0 ? null : (
      <ul>
        {changed.map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
    );
  }
}
