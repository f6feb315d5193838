import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import type { Position } from '#domain/network/schema.ts';
import { usePageHeading } from '../../app/page.tsx';
import { ExportButton } from '../../export/export-button.tsx';
import { useText } from '../../language/language.tsx';
import { useTimes } from '../../language/use-times.ts';
import { useNow } from '../../live/hooks.ts';
import { positionText, readPosition } from '../../map/earth.ts';
import { Empty, Loading } from '../../ui/states.tsx';
import type { AttestingFacility } from '../attesting-facilities.ts';
import { NetworkGate, NoNetwork } from '../network-gate.tsx';
import { useNetwork } from '../network-reading.ts';
import { judgedAt } from '../network-tiles.ts';
import { usePlaceOf } from '../use-place-of.ts';
import { FacilityPanel } from './facility-panel.tsx';
import { FacilityTable } from './facility-table.tsx';
import { onMap } from './on-map.ts';
import { TableControls } from './table-controls.tsx';
import { networkExport } from './table-export.ts';
import { createTableOrder } from './table-order.ts';
import { createTableRows } from './table-rows.ts';
import { type TableColumn, type TableView, withinChoices } from './table-view.ts';
import { useHeldRows } from './use-held-rows.ts';
import './table.css';

const route = getRouteApi('/network/facilities');
const NetworkMap = lazy(async () => ({ default: (await import('../../map/network-map.tsx')).NetworkMap }));

/** Which of the two a link stands for is in the address' search alone. */
const shownAs = { exact: true, includeSearch: true };

/** Every facility of the network with what it has to give, as a table or on a map. */
export function TablePage() {
  return <NetworkGate>{(places, title) => <Facilities places={places} title={title} />}</NetworkGate>;
}

function Facilities({ places, title }: { places: readonly AttestingFacility[]; title: string }) {
  const t = useText();
  const times = useTimes();
  const now = useNow(5000);
  const view = route.useSearch();
  const navigate = route.useNavigate();
  const heading = usePageHeading(t('table.title'));
  const reading = useNetwork(places);
  const placeOf = usePlaceOf(places, reading);
  const [here, setHere] = useState<Position>();
  const rowsOf = useRef<ReturnType<typeof createTableRows>>(undefined);
  const inOrder = useRef<ReturnType<typeof createTableOrder>>(undefined);
  rowsOf.current ??= createTableRows();
  inOrder.current ??= createTableOrder();

  const near = reading.facilities.find(({ id }) => id === view.near);
  const from =
    here ?? near?.details?.position ?? (view.near === undefined ? undefined : readPosition(view.near));
  const placeName = here ? t('table.near-here') : (near?.name ?? (from && positionText(from)));
  const [latitude, longitude] = [from?.latitude, from?.longitude];
  const atMs = judgedAt(reading, now);
  const moment = useMemo(
    () => ({
      atMs,
      from: latitude === undefined || longitude === undefined ? undefined : { latitude, longitude },
    }),
    [atMs, latitude, longitude],
  );
  // A change is taken in and put in order in two steps, between which the browser may draw.
  const facilities = useDeferredValue(reading.facilities);
  const all = useMemo(() => rowsOf.current?.(facilities) ?? [], [facilities]);
  const { show: _show, open: _open, ...asked } = view;
  const askedText = JSON.stringify([asked, latitude, longitude]);
  const wanted = useMemo(() => inOrder.current?.(all, view, moment) ?? [], [all, view, moment]);
  const { rows, waiting, apply, watch } = useHeldRows(all, wanted, askedText);

  const marks = useMemo(
    () => (view.show === 'map' ? onMap(wanted, moment) : []),
    [view.show, wanted, moment],
  );

  const change = useCallback(
    (search: TableView) => void navigate({ search, resetScroll: false, replace: true }),
    [navigate],
  );
  const open = useCallback(
    (facility: string) =>
      void navigate({ search: (before: TableView) => ({ ...before, open: facility }), resetScroll: false }),
    [navigate],
  );
  const close = useCallback(
    () =>
      void navigate({
        search: ({ open: _closed, ...rest }: TableView) => rest,
        resetScroll: false,
      }),
    [navigate],
  );
  const sort = (column: TableColumn) => {
    const { down: _down, sort: before = 'facility', ...rest } = view;
    const turned = before === column && !view.down;
    change({
      ...rest,
      ...(column === 'facility' ? {} : { sort: column }),
      ...(turned ? { down: true } : {}),
    });
  };

  const found = useMemo(() => new Set(rows.map(({ facility }) => facility.id)).size, [rows]);
  if (reading.status === 'missing') return <NoNetwork />;
  if (reading.status === 'loading') return <Loading />;
  const chosen = view.open === undefined ? undefined : reading.facilities.find(({ id }) => id === view.open);
  return (
    <div className="ft-page">
      <header className="ft-head">
        <div>
          <p className="board-way">
            <Link to="/network">{title}</Link>
            <span aria-hidden="true">›</span>
          </p>
          <h1 ref={heading} tabIndex={-1}>
            {t('table.title')}
          </h1>
        </div>
        <nav className="ft-shows" aria-label={t('table.shown-as')}>
          <Link to="/network/facilities" search={asked} className="button" activeOptions={shownAs}>
            {t('table.as-table')}
          </Link>
          <Link
            to="/network/facilities"
            search={{ ...asked, show: 'map' }}
            className="button"
            activeOptions={shownAs}
          >
            {t('table.as-map')}
          </Link>
        </nav>
        <ExportButton
          what={t('table.title')}
          table={() =>
            networkExport(t, rows, {
              title: t('table.title'),
              topics: reading.topics,
              filter: filterText(),
              moment,
            })
          }
        />
      </header>
      <details className="ft-filters" open={!globalThis.matchMedia('(max-width: 720px)').matches}>
        <summary>{t('table.filters')}</summary>
        <TableControls
          view={view}
          facilities={facilities}
          onChange={change}
          place={placeName === undefined ? undefined : { name: placeName }}
          onPosition={setHere}
        />
      </details>
      <div className="ft-said">
        <p role="status">{t('table.found', { count: found, rows: rows.length })}</p>
        {atMs !== now && <p className="net-stale">{t('table.stale')}</p>}
        {waiting > 0 && view.show === undefined && (
          <p className="ft-waiting">
            {t('table.waiting', { count: waiting })}{' '}
            <button type="button" onClick={apply}>
              {t('table.apply')}
            </button>
          </p>
        )}
      </div>
      {rows.length === 0 ? (
        <Empty title={t('table.none')}>
          <p>{t('table.none-text')}</p>
        </Empty>
      ) : view.show === 'map' ? (
        <Suspense fallback={<Loading />}>
          <NetworkMap
            positions={reading.facilities.flatMap(({ details }) => details?.position ?? [])}
            facilities={marks}
            onOpen={open}
            searching={isSearch(view)}
          />
        </Suspense>
      ) : (
        <FacilityTable
          rows={rows}
          watch={watch}
          view={view}
          moment={moment}
          now={now}
          times={times}
          onSort={sort}
          onOpen={open}
        />
      )}
      {chosen !== undefined && (
        <FacilityPanel facility={chosen} place={placeOf(chosen)} now={now} at={atMs} onClose={close} />
      )}
    </div>
  );

  function filterText(): string {
    const within = withinChoices.find((one) => one === view.within);
    return [
      view.text,
      view.care,
      view.state,
      view.region,
      placeName !== undefined && here === undefined && `${t('table.near')}: ${placeName}`,
      within !== undefined && t('table.kilometres', { km: within }),
      `${t(`table.column-${view.sort ?? 'facility'}`)}${view.down ? ' ▼' : ''}`,
    ]
      .filter((part) => typeof part === 'string')
      .join('; ');
  }
}

/** Whether what is shown was asked for: then the map may speak up. */
function isSearch({ text, care, state, region, within }: TableView): boolean {
  return [text, care, state, region, within].some((part) => part !== undefined);
}
