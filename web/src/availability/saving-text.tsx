import { millis } from '#domain/instant.ts';
import { undoWindowMs } from '#domain/network/decide.ts';
import type { AttestedLevel } from '#domain/network/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { ClockGlyph, PendingGlyph } from '../ui/glyph.tsx';
import { sourceName } from '../ui/source-name.ts';
import type { Saving } from './level-saver.ts';

/** What became of what was wanted, or, where nothing is, who said what stands and until when it may be relied on. */
export function SavingText({
  saving,
  level,
  me,
  times,
  now,
}: {
  saving: Saving;
  level: AttestedLevel;
  me: string;
  times: Times;
  now: number;
}) {
  const t = useText();
  const contact = useStore(useLive().contact);
  const status = saving.status === 'sending' && contact.status === 'lost' ? 'queued' : saving.status;
  if (saving.status === 'refused') {
    return (
      <p className="update-saving field-error" role="alert">
        {['forbidden', 'not_found'].includes(saving.refusal.code)
          ? t('update.refused-right')
          : t('update.refused')}
      </p>
    );
  }
  switch (status) {
    case 'waiting':
      return <p className="update-saving">{t('update.waiting')}</p>;
    case 'sending':
      return (
        <p className="update-saving">
          <PendingGlyph />
          {t('update.sending')}
        </p>
      );
    case 'queued':
      return (
        <p className="update-saving update-queued" role="status">
          <PendingGlyph />
          {t('update.queued')}
        </p>
      );
    case 'conflict':
    case 'saved':
    case 'refused':
    case 'idle': {
      const over = level.lapsed || millis(level.validUntil) <= now;
      const until = times.moment(level.validUntil, now);
      // What one has said oneself, of now and not of earlier, is what one has saved.
      const saidAt =
        level.undoableUntil === undefined ? undefined : millis(level.undoableUntil) - undoWindowMs;
      const own = level.source.id === me && saidAt !== undefined && saidAt - millis(level.asOf) < 1_000;
      return (
        <p className="update-saving">
          {over && <ClockGlyph />}
          {own
            ? t('update.saved', { time: times.moment(level.asOf, now) })
            : t('update.said', { time: times.moment(level.asOf, now), source: sourceName(t, level.source) })}
          {' · '}
          {over ? t('update.ran-out', { time: until }) : t('update.valid-until', { time: until })}
        </p>
      );
    }
    default:
      return status satisfies never;
  }
}
