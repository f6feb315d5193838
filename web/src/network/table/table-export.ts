import type { Exportable } from '../../export/exportable.ts';
import type { Translate } from '../../language/catalogue.ts';
import { sourceName } from '../../ui/source-name.ts';
import { distanceOf, type TableMoment } from './table-order.ts';
import { countOf, rowFreshness, type TableRow } from './table-rows.ts';

/** The network's rows as a table to take away. `judgedMs`: the moment by which counts are judged. */
export function networkExport(
  t: Translate,
  rows: readonly TableRow[],
  {
    topics,
    filter,
    title,
    moment,
  }: { topics: readonly string[]; filter: string; title: string; moment: TableMoment },
): Exportable<TableRow> {
  const count = (row: TableRow) => countOf(row, moment.atMs);
  return {
    file: 'facilities',
    title,
    filter,
    topics,
    rows,
    said: (row) => row.said && { ...row.said, freshness: rowFreshness(row, moment.atMs) },
    columns: [
      { key: 'id', title: t('export.column-id'), read: ({ facility }) => facility.id },
      { key: 'facility', title: t('table.column-facility'), read: ({ facility }) => facility.name },
      { key: 'type', title: t('table.column-type'), read: ({ facility }) => facility.details?.type },
      {
        key: 'region',
        title: t('table.column-region'),
        read: ({ facility }) => facility.details?.region?.name,
      },
      {
        key: 'latitude',
        title: t('table.latitude'),
        read: ({ facility }) => facility.details?.position?.latitude,
      },
      {
        key: 'longitude',
        title: t('table.longitude'),
        read: ({ facility }) => facility.details?.position?.longitude,
      },
      {
        key: 'care',
        title: t('table.column-care'),
        read: ({ care }) => (care === 'none' ? undefined : care),
      },
      { key: 'state', title: t('table.column-state'), read: (row) => count(row).state },
      { key: 'available', title: t('table.column-available'), read: (row) => count(row).available },
      { key: 'capacity', title: t('table.capacity'), read: (row) => count(row).capacity },
      { key: 'validUntil', title: t('table.valid-until'), read: ({ level }) => level?.validUntil },
      {
        key: 'saidBy',
        title: t('table.column-source'),
        read: ({ said }) => said && sourceName(t, said.source),
      },
      {
        key: 'kilometres',
        title: t('table.column-distance'),
        read: (row) => {
          const distance = distanceOf(row, moment.from);
          return distance === undefined ? undefined : Math.round(distance * 10) / 10;
        },
      },
    ],
  };
}
