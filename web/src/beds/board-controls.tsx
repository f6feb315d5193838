import type { Tally } from '#domain/measures/tally.ts';
import { type BoardOrder, type BoardView, boardOrders } from '../app/board-view.ts';
import { useText } from '../language/language.tsx';
import { Glyph } from '../ui/glyph.tsx';
import { filters } from './order.ts';

interface BoardControlsProps {
  readonly tally: Tally;
  readonly view: BoardView;
  readonly shown: number;
  readonly onChange: (view: BoardView) => void;
}

/** How many beds there are of each kind; pressing one shows only those. */
export function BoardControls({ tally, view, shown, onChange }: BoardControlsProps) {
  const t = useText();
  const current = view.show ?? 'all';
  return (
    <div className="board-controls">
      <fieldset className="board-filters">
        <legend className="unseen">{t('board.filter')}</legend>
        {filters.map((filter) => (
          <button
            key={filter}
            type="button"
            className="filter"
            aria-pressed={filter === current}
            onClick={() => onChange({ ...view, show: filter })}
          >
            {filter !== 'all' && <Glyph kind={filter} />}
            <span>{t(`class.${filter}`)}</span>
            <strong>{filter === 'all' ? tally.beds : tally[filter]}</strong>
          </button>
        ))}
      </fieldset>
      <p className="unseen" role="status">
        {current === 'all' ? '' : t('board.shown', { count: shown })}
      </p>
    </div>
  );
}

/** In which order the beds stand. */
export function BoardOrderChoice({ view, onChange }: Pick<BoardControlsProps, 'view' | 'onChange'>) {
  const t = useText();
  return (
    <label className="board-order">
      <span>{t('board.sort')}</span>
      <select
        value={view.order ?? 'name'}
        onChange={({ target }) => {
          const order: BoardOrder | undefined = boardOrders.find((one) => one === target.value);
          onChange({ ...view, ...(order === undefined ? {} : { order }) });
        }}
      >
        {boardOrders.map((order) => (
          <option key={order} value={order}>
            {t(`board.sort-${order}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
