import type { Bed, Leave, Occupant, OperationalStatus } from '#domain/beds/schema.ts';
import type { Translate } from '../language/catalogue.ts';
import type { Times } from '../language/times.ts';
import type { GlyphKind } from '../ui/glyph.tsx';
import { sourceName } from '../ui/source-name.ts';
import type { Attempt } from './attempts.ts';
import type { BedAction } from './possible-actions.ts';
import type { BedChange } from './what-changed.ts';

/** The glyph of the first axis alone; a claim has its own beside it. */
export const statusGlyph: Readonly<Record<OperationalStatus, GlyphKind>> = {
  U: 'free',
  O: 'occupied',
  H: 'cleaning',
  K: 'contaminated',
  C: 'closed',
};

/** What an action is called on its button. */
export function actionName(t: Translate, action: BedAction): string {
  switch (action.type) {
    case 'bed.claim':
      return t('action.claim');
    case 'bed.release':
      return t('action.release');
    case 'bed.occupy':
      return t('action.occupy');
    case 'bed.vacate':
      return t('action.vacate');
    case 'bed.request-turnaround':
      return t('action.request-turnaround');
    case 'bed.advance-turnaround': {
      const { to } = action;
      return to === 'requested'
        ? t('task.requested')
        : t(`action.advance.${to}`, { task: t(`action.${action.kind}`) });
    }
    case 'bed.close':
      return t('action.close');
    case 'bed.open':
      return t('action.open');
    case 'bed.isolate':
      return action.again ? t('action.change-isolation') : t('action.isolate');
    case 'bed.end-isolation':
      return t('action.end-isolation');
    default:
      return action satisfies never;
  }
}

/** What came of an action that the server committed. */
export function doneText(
  t: Translate,
  { action }: Extract<Attempt, { status: 'done' }>,
  bed: Bed,
  times: Times,
): string {
  const name = { bed: bed.name };
  switch (action.type) {
    case 'bed.claim':
      return bed.claim === undefined
        ? t('done.claim-plain', name)
        : t('done.claim', { ...name, time: times.clock(bed.claim.until) });
    case 'bed.release':
      return t('done.release', name);
    case 'bed.occupy':
      return t('done.occupy', name);
    case 'bed.vacate':
      return t('done.vacate', name);
    case 'bed.request-turnaround':
      return t('done.request-turnaround', name);
    case 'bed.advance-turnaround':
      return t('done.advance-turnaround', name);
    case 'bed.close':
      return t('done.close', name);
    case 'bed.open':
      return t('done.open', name);
    case 'bed.isolate':
      return t('done.isolate', name);
    case 'bed.end-isolation':
      return t('done.end-isolation', name);
    default:
      return action satisfies never;
  }
}

/** A change of a bed in a sentence. */
export function changeText(t: Translate, change: BedChange, times: Times, now: number): string {
  switch (change.kind) {
    case 'status':
      return t('change.status', {
        status: t(`status.${change.to}`),
        code: change.to,
        before: t(`status.${change.from}`),
      });
    case 'claimed':
      return t('change.claimed', {
        name: sourceName(t, change.by),
        time: times.moment(change.at, now),
        until: times.moment(change.until, now),
      });
    case 'claim-gone':
      return t('change.claim-gone');
    case 'turnaround':
      return t('change.turnaround', { task: t(`action.${change.task}`), status: t(`task.${change.status}`) });
    case 'isolated':
      return t('change.isolated', { precaution: t(`precaution.${change.precaution}`) });
    case 'isolation-ended':
      return t('change.isolation-ended');
    case 'occupant-changed':
      return t('change.occupant-changed');
    case 'version':
      return t('change.version');
    default:
      return change satisfies never;
  }
}

/** Who is in the bed, as far as this view says. */
export function occupantName(t: Translate, { patient }: Occupant): string {
  const name = [patient?.family, patient?.given].filter((part) => part !== undefined).join(' ');
  return name === '' ? t('occupant.somebody') : name;
}

/** That whoever has the bed is away, since when, and until when where somebody said so. */
export function leaveText(t: Translate, leave: Leave, times: Times, now: number): string {
  const time = times.moment(leave.since, now);
  return leave.expectedBack === undefined
    ? t('occupant.on-leave', { time })
    : t('occupant.on-leave-until', { time, back: times.moment(leave.expectedBack, now) });
}
