import type { Bed } from '#domain/beds/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { sourceName } from '../ui/source-name.ts';
import type { Attempt } from './attempts.ts';
import { whatChanged } from './what-changed.ts';
import { actionName, changeText } from './words.ts';

type RefusedAttempt = Extract<Attempt, { status: 'refused' }>;

interface RefusedProps {
  readonly attempt: RefusedAttempt;
  readonly bed: Bed;
  /** A form is open, with what the person wrote. */
  readonly kept: boolean;
  readonly possible: boolean;
  readonly times: Times;
  readonly now: number;
}

/** Why something was not done: not the server's words, but what happened to the bed while the person was at it. */
export function Refused({ attempt, bed, kept, possible, times, now }: RefusedProps) {
  const t = useText();
  const { action, before, refusal } = attempt;
  const changes = refusal.code === 'conflict' ? whatChanged(before, bed) : [];
  return (
    <div className="note note-refused">
      <h3>{t('refused.title', { action: actionName(t, action) })}</h3>
      <p>{changes.length > 0 ? t('refused.conflict') : reason()}</p>
      {changes.length > 0 && (
        <ul>
          {changes.map((change) => (
            <li key={change.kind}>{changeText(t, change, times, now)}</li>
          ))}
          <li>
            {t('change.said', { time: times.moment(bed.asOf, now), source: sourceName(t, bed.source) })}
          </li>
        </ul>
      )}
      {!possible && <p>{t('refused.impossible')}</p>}
      {kept && <p>{t('refused.kept')}</p>}
    </div>
  );

  function reason(): string {
    switch (refusal.code) {
      case 'conflict':
        if (refusal.issues?.some(({ path }) => path === 'data.visit') === true) {
          const bed = refusal.details?.bed;
          return typeof bed === 'string' ? t('refused.visit-in', { bed }) : t('refused.visit-elsewhere');
        }
        // The event of what came between is still on its way, or the bed is as it was and the visit is another.
        return action.type === 'bed.occupy' && bed.claim !== undefined
          ? t('refused.held-for-another')
          : t('refused.conflict-unseen');
      case 'forbidden':
      case 'step_up':
        return t('refused.forbidden');
      case 'not_found':
        return t('refused.not-found');
      case 'invalid':
      case 'too_large':
        return t('refused.invalid');
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
