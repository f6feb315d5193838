import type { ReactNode } from 'react';
import { freeTimesSchema } from '#domain/appointments/placing.ts';
import type { Refusal } from '#domain/errors.ts';
import { type Instant, millis } from '#domain/instant.ts';
import { localInZone } from '#domain/zone.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';

interface RefusedProps {
  readonly refusal: Refusal;
  readonly title: string;
  readonly times: Times;
  readonly now: number;
  /** Whether a form is open, with what the person wrote. */
  readonly kept: boolean;
  /** The date that was wanted: times of the same day are named without it. */
  readonly date?: string;
  /** Takes another time; where it is not given, none is offered. */
  readonly onTake?: (start: Instant) => void;
  readonly children?: ReactNode;
}

/** Why something was not done, and the nearest times at which it can be. */
export function Refused({ refusal, title, times, now, kept, date, onTake, children }: RefusedProps) {
  const t = useText();
  const free = freeTimesSchema.safeParse(refusal.details).data?.free ?? [];
  return (
    <div className="note note-refused">
      <h3>{title}</h3>
      <p>{reason()}</p>
      {children}
      {free.length > 0 && onTake !== undefined && (
        <>
          <p id="free-times">{t('appointments.free-times')}</p>
          <ul className="free-times" aria-labelledby="free-times">
            {free.map(({ start }) => (
              <li key={start}>
                <button type="button" onClick={() => onTake(start)}>
                  {localInZone(millis(start), times.zone).slice(0, 10) === date
                    ? times.clock(start)
                    : times.moment(start, now)}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {kept && <p>{t('refused.kept')}</p>}
    </div>
  );

  function reason(): string {
    const path = refusal.issues?.[0]?.path;
    switch (refusal.code) {
      case 'conflict':
        return path === 'data.start' ? t('appointments.is-taken') : t('appointments.changed');
      case 'invalid':
      case 'too_large':
        if (path === 'data.start')
          return free.length > 0 ? t('appointments.not-open') : t('appointments.not-then');
        if (path === 'data.account') return t('appointments.no-account');
        return t('refused.invalid');
      case 'forbidden':
      case 'step_up':
        return t('refused.forbidden');
      case 'not_found':
        return t('appointments.gone');
      case 'rate_limited':
        return t('refused.limited');
      case 'unauthenticated':
        return t('refused.signed-out');
      case 'unavailable':
      case 'gone':
        return t('refused.unavailable');
      default:
        return refusal.code satisfies never;
    }
  }
}
