import type { Calendar } from '#domain/appointments/schema.ts';
import { useText } from '../language/language.tsx';
import { useDayName } from './day-names.ts';
import type { DayView } from './day-view.ts';

interface DayControlsProps {
  readonly date: string;
  readonly today: string;
  readonly view: DayView;
  readonly practitioners: readonly Calendar[];
  /** Whose day is shown, where it is one person's alone. */
  readonly who: string | undefined;
  readonly onChange: (view: DayView) => void;
  readonly onShift: (days: number) => void;
}

/** Which day it is, and the ways to others; on a phone also whose. */
export function DayControls({ date, today, view, practitioners, who, onChange, onShift }: DayControlsProps) {
  const t = useText();
  const name = useDayName();
  return (
    <div className="day-controls">
      <button type="button" aria-label={t('appointments.day-before')} onClick={() => onShift(-1)}>
        <span aria-hidden="true">‹</span>
      </button>
      <p className="day-name" aria-live="polite">
        {name(date)}
      </p>
      <button type="button" aria-label={t('appointments.day-after')} onClick={() => onShift(1)}>
        <span aria-hidden="true">›</span>
      </button>
      <input
        type="date"
        aria-label={t('appointments.day')}
        value={date}
        onChange={({ currentTarget: { value } }) => {
          if (value !== '') onChange({ ...view, date: value });
        }}
      />
      {date !== today && (
        <button type="button" onClick={() => onChange({ ...view, date: today })}>
          {t('appointments.today')}
        </button>
      )}
      {who !== undefined && (
        <select
          aria-label={t('appointments.practitioner')}
          value={who}
          onChange={({ currentTarget: { value } }) => onChange({ ...view, who: value })}
        >
          {practitioners.map(({ id, name: practitioner }) => (
            <option key={id} value={id}>
              {practitioner}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
