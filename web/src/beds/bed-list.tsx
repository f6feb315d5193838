import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { Bed } from '#domain/beds/schema.ts';
import type { BoardView } from '../app/board-view.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { PendingGlyph } from '../ui/glyph.tsx';
import type { Attempts } from './attempts.ts';
import { ClaimAxis, IsolationAxis, OccupantAxis, SaidAxis, StatusAxis, TurnaroundAxis } from './axes.tsx';

const columns = [
  ['status', StatusAxis],
  ['occupant', OccupantAxis],
  ['claim', ClaimAxis],
  ['turnaround', TurnaroundAxis],
  ['isolation', IsolationAxis],
  ['said', SaidAxis],
] as const;

interface BedListProps {
  readonly unit: string;
  readonly beds: readonly Bed[];
  readonly view: BoardView;
  readonly attempts: Attempts;
  readonly times: Times;
  readonly now: number;
}

/** The beds of a unit: rows under columns on a desk, cards on a phone. */
export function BedList({ unit, beds, view, attempts, times, now }: BedListProps) {
  const t = useText();
  return (
    <div className="beds">
      <div className="beds-columns" aria-hidden="true">
        <span>{t('board.column-bed')}</span>
        {columns.map(([name]) => (
          <span key={name}>{t(`board.column-${name}`)}</span>
        ))}
      </div>
      <ul className="bed-list">
        {beds.map((bed) => (
          <BedRow
            key={bed.id}
            unit={unit}
            bed={bed}
            view={view}
            pending={attempts.of(bed.id)?.status === 'pending'}
            times={times}
            now={now}
          />
        ))}
      </ul>
    </div>
  );
}

interface BedRowProps extends Omit<BedListProps, 'beds' | 'attempts'> {
  readonly bed: Bed;
  readonly pending: boolean;
}

const BedRow = memo(function BedRow({ unit, bed, view, pending, times, now }: BedRowProps) {
  const t = useText();
  return (
    <li className={`bed bed-${bed.operationalStatus}`} data-testid={`bed-${bed.id}`}>
      <h3 className="bed-name">
        <Link
          to="/units/$unit/beds"
          params={{ unit }}
          search={{ ...view, bed: bed.id }}
          resetScroll={false}
          preload={false}
        >
          {bed.name}
        </Link>
        {pending && (
          <span className="bed-pending">
            <PendingGlyph />
            {t('pending.short')}
          </span>
        )}
      </h3>
      <dl className="bed-axes">
        {columns.map(([name, Axis]) => (
          <div key={name} className={`bed-cell bed-cell-${name}`}>
            <dt>{t(`board.column-${name}`)}</dt>
            <dd>
              <Axis bed={bed} times={times} now={now} />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
});
