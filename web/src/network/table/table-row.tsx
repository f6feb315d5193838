import { memo } from 'react';
import { useText } from '../../language/language.tsx';
import type { Times } from '../../language/times.ts';
import { ClockGlyph } from '../../ui/glyph.tsx';
import { sourceName } from '../../ui/source-name.ts';
import { LevelGlyph } from '../level-state.tsx';
import { distanceOf, type TableMoment } from './table-order.ts';
import { countOf, rowFreshness, type TableRow } from './table-rows.ts';

interface RowProps {
  readonly row: TableRow;
  readonly index: number;
  readonly moment: TableMoment;
  readonly now: number;
  readonly times: Times;
  /** The one row that the tab key stops at. */
  readonly reached: boolean;
  readonly onOpen: (facility: string) => void;
}

/** What one facility has at one level of care. */
export const TableRowLine = memo(function TableRowLine({
  row,
  index,
  moment,
  now,
  times,
  reached,
  onOpen,
}: RowProps) {
  const t = useText();
  const { facility, care, said } = row;
  const { state, available, capacity } = countOf(row, moment.atMs);
  const freshness = rowFreshness(row, moment.atMs);
  const distance = distanceOf(row, moment.from);
  const age = said && (times.length(now - said.atMs) ?? t('age.now'));
  return (
    // The first row of a table is its head.
    <tr
      aria-rowindex={index + 2}
      className={state === 'unknown' ? 'ft-row ft-unknown' : 'ft-row'}
      data-key={row.key}
    >
      <th scope="row" className="ft-facility">
        <button
          type="button"
          tabIndex={reached ? 0 : -1}
          data-index={index}
          onClick={() => onOpen(facility.id)}
        >
          {facility.name}
        </button>
      </th>
      <td className="ft-type">{facility.details?.type}</td>
      <td className="ft-region">{facility.details?.region?.name}</td>
      <td className="ft-care">
        {care === 'none' ? t('table.nothing-said') : care === 'live' ? t('network.live') : t(`level.${care}`)}
      </td>
      <td className="ft-state">
        <span>
          <LevelGlyph state={state} />
          {t(`shown.${state}`)}
        </span>
      </td>
      <td className="ft-available ft-number">
        {capacity === undefined ? (
          t('network.nothing')
        ) : (
          <>
            <b>{available ?? '?'}</b>/{capacity}
          </>
        )}
      </td>
      <td className="ft-age ft-number">
        {freshness === 'ageing' && <ClockGlyph />}
        {age ?? t('network.nothing')}
      </td>
      <td className="ft-source">{said && sourceName(t, said.source)}</td>
      <td className="ft-distance ft-number">
        {distance !== undefined && t('table.kilometres', { km: kilometres(distance) })}
      </td>
    </tr>
  );
});

function kilometres(distance: number): string {
  return distance < 10 ? distance.toFixed(1) : String(Math.round(distance));
}
