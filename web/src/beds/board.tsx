import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { UnitBeds } from '#domain/beds/schema.ts';
import type { UnitFeeds } from '#domain/feeds/schema.ts';
import type { BoardView } from '../app/board-view.ts';
import { usePageHeading } from '../app/page.tsx';
import { ExportButton } from '../export/export-button.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useTopic } from '../live/hooks.ts';
import type { FacilityPlace, UnitPlace } from '../places/places.ts';
import { Empty, Loading } from '../ui/states.tsx';
import { FreshnessMark } from '../unit/freshness-mark.tsx';
import { shareText } from '../unit/share.ts';
import { unitSummary } from '../unit/unit-summary.ts';
import { useReadings } from '../wall/readings.ts';
import { AlertList } from './alert-list.tsx';
import { useAttempts } from './attempts.ts';
import { BedList } from './bed-list.tsx';
import { BedPanel } from './bed-panel.tsx';
import { BoardControls, BoardOrderChoice } from './board-controls.tsx';
import { bedsExport, unitFreshness } from './board-export.ts';
import { shownBeds } from './order.ts';
import './board.css';

const route = getRouteApi('/units/$unit/beds');

/** Every bed of a unit, what must be acted on, and the bed that was chosen. */
export function Board({
  facility,
  unit,
  otherwise,
}: {
  facility: FacilityPlace;
  unit: UnitPlace;
  otherwise: ReactNode;
}) {
  const t = useText();
  const times = useTimes(facility.zone);
  const now = useNow(5000);
  const view = route.useSearch();
  const navigate = route.useNavigate();
  const attempts = useAttempts();
  const heading = usePageHeading(t('board.title', { unit: unit.name }));
  const reading = useTopic<UnitBeds>(unit.bedsTopic);
  const [feeds] = useReadings<UnitFeeds>(unit.feedsTopic === undefined ? [] : [unit.feedsTopic]);
  const summary = unitSummary(reading, undefined, now, feeds);
  if (reading.status === 'missing') return otherwise;
  const { state } = reading;
  const beds = state === undefined ? [] : shownBeds(state.beds, view.show ?? 'all', view.order ?? 'name');
  const chosen = view.bed === undefined ? undefined : state?.beds[view.bed];
  const change = (search: BoardView) => void navigate({ search, resetScroll: false });
  const close = () => void navigate({ search: { ...view, bed: undefined }, resetScroll: false });
  return (
    <div className="board">
      <header className="board-head">
        <div className="board-title">
          <p className="board-way">
            <Link to="/">{t('board.up')}</Link>
            <span aria-hidden="true">›</span>
            <span>{facility.name}</span>
            <span aria-hidden="true">›</span>
          </p>
          <h1 ref={heading} tabIndex={-1}>
            {unit.name}
          </h1>
          {summary.status === 'shown' && (
            <>
              {summary.occupancy && (
                <p className="board-share">
                  {t('wall.occupancy')} <strong>{shareText(t, times, summary.occupancy)}</strong>
                  {' · '}
                  {t('wall.of-staffed', {
                    occupied: summary.occupancy.occupied,
                    staffed: summary.occupancy.staffed,
                  })}
                </p>
              )}
              <FreshnessMark unit={summary} times={times} now={now} />
            </>
          )}
          {beds.length > 0 && (
            <ExportButton
              what={t('board.title', { unit: unit.name })}
              table={() =>
                bedsExport(t, beds, {
                  title: t('board.title', { unit: unit.name }),
                  filter: `${t(`class.${view.show ?? 'all'}`)}; ${t(`board.sort-${view.order ?? 'name'}`)}`,
                  topic: unit.bedsTopic,
                  freshness: (at) => unitFreshness(reading, at),
                })
              }
            />
          )}
          <BoardOrderChoice view={view} onChange={change} />
          <Link to="/wall/$facility" params={{ facility: facility.id }} className="button board-wall">
            {t('board.wall')}
          </Link>
        </div>
      </header>
      {unit.alertsTopic !== undefined && (
        <AlertList unit={unit} topic={unit.alertsTopic} view={view} times={times} now={now} />
      )}
      {state === undefined || summary.status !== 'shown' ? (
        <Loading title={t('board.loading')} />
      ) : summary.tally.beds === 0 ? (
        <Empty title={t('board.empty')}>
          <p>{t('board.empty-text')}</p>
        </Empty>
      ) : (
        <section
          className={`board-beds board-${summary.freshness}`}
          aria-label={t('board.title', { unit: unit.name })}
        >
          <BoardControls tally={summary.tally} view={view} shown={beds.length} onChange={change} />
          {beds.length === 0 ? (
            <Empty title={t('board.none-match')}>
              <p>{t('board.none-match-text')}</p>
            </Empty>
          ) : (
            <BedList unit={unit.id} beds={beds} view={view} attempts={attempts} times={times} now={now} />
          )}
        </section>
      )}
      {state !== undefined && view.bed !== undefined && (
        <BedPanel
          key={view.bed}
          bed={chosen}
          id={view.bed}
          state={state}
          unit={unit}
          attempts={attempts}
          times={times}
          now={now}
          onClose={close}
        />
      )}
    </div>
  );
}
