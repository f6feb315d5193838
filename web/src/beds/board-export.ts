import type { Alert } from '#domain/alerts/schema.ts';
import type { Bed, UnitBeds } from '#domain/beds/schema.ts';
import { isLive } from '#domain/beds/turnaround.ts';
import type { Exportable, RowFreshness } from '../export/exportable.ts';
import type { Translate } from '../language/catalogue.ts';
import type { TopicReading } from '../live/live.ts';
import { sourceName } from '../ui/source-name.ts';
import { unitSummary } from '../unit/unit-summary.ts';
import { occupantName } from './words.ts';

/** What a table of a unit is, besides its rows. */
interface OfUnit {
  readonly title: string;
  readonly filter: string;
  readonly topic: string;
  /** How far the whole of it can be relied on: a bed that nobody speaks of says nothing, a silent unit does. */
  readonly freshness: (nowMs: number) => RowFreshness;
}

/** How far a unit's beds can be relied on at a moment, by the same rule as on its board. */
export function unitFreshness(reading: TopicReading<UnitBeds>, nowMs: number): RowFreshness {
  const summary = unitSummary(reading, undefined, nowMs);
  return summary.status === 'shown' ? summary.freshness : 'unknown';
}

/** The beds of a board as a table to take away. Of a patient it has what the viewer's view has. */
export function bedsExport(t: Translate, beds: readonly Bed[], of: OfUnit): Exportable<Bed> {
  return {
    file: 'beds',
    title: of.title,
    filter: of.filter,
    topics: [of.topic],
    rows: beds,
    said: ({ asOf, source }, nowMs) => ({ asOf, source, freshness: of.freshness(nowMs) }),
    columns: [
      { key: 'id', title: t('export.column-id'), read: ({ id }) => id },
      { key: 'bed', title: t('board.column-bed'), read: ({ name }) => name },
      { key: 'status', title: t('board.column-status'), read: ({ operationalStatus }) => operationalStatus },
      { key: 'closedFor', title: t('export.column-closed-for'), read: ({ closure }) => closure?.reason },
      {
        key: 'occupant',
        title: t('board.column-occupant'),
        read: ({ occupant }) => occupant && occupantName(t, occupant),
      },
      {
        key: 'occupiedSince',
        title: t('export.column-occupied-since'),
        read: ({ occupant }) => occupant?.since,
      },
      { key: 'visit', title: t('export.column-visit'), read: ({ occupant }) => occupant?.visit },
      { key: 'mrn', title: t('export.column-mrn'), read: ({ occupant }) => occupant?.patient?.mrn },
      {
        key: 'birthDate',
        title: t('export.column-birth'),
        read: ({ occupant }) => occupant?.patient?.birthDate,
      },
      { key: 'sex', title: t('export.column-sex'), read: ({ occupant }) => occupant?.patient?.sex },
      { key: 'claim', title: t('board.column-claim'), read: ({ claim }) => claim?.status },
      { key: 'heldUntil', title: t('export.column-held-until'), read: ({ claim }) => claim?.until },
      {
        key: 'heldBy',
        title: t('export.column-held-by'),
        read: ({ claim }) => claim && sourceName(t, claim.by),
      },
      {
        key: 'turnaround',
        title: t('board.column-turnaround'),
        read: (bed) => turnaroundOf(bed)?.kind,
      },
      {
        key: 'turnaroundStatus',
        title: t('export.column-turnaround-status'),
        read: (bed) => turnaroundOf(bed)?.status,
      },
      {
        key: 'turnaroundSince',
        title: t('export.column-turnaround-since'),
        read: (bed) => turnaroundOf(bed)?.requestedAt,
      },
      {
        key: 'isolation',
        title: t('board.column-isolation'),
        read: ({ isolation }) => isolation?.precaution,
      },
    ],
  };
}

/** The alerts of a board as a table to take away. */
export function alertsExport(t: Translate, alerts: readonly Alert[], of: OfUnit): Exportable<Alert> {
  return {
    file: 'alerts',
    title: of.title,
    filter: of.filter,
    topics: [of.topic],
    rows: alerts,
    said: ({ asOf, source }, nowMs) => ({ asOf, source, freshness: of.freshness(nowMs) }),
    columns: [
      { key: 'bed', title: t('board.column-bed'), read: ({ about }) => about.name },
      { key: 'reason', title: t('export.column-reason'), read: ({ reason }) => reason },
      { key: 'status', title: t('board.column-status'), read: ({ status }) => status },
      { key: 'owner', title: t('export.column-owner'), read: ({ owner }) => owner },
      { key: 'raisedAt', title: t('export.column-raised'), read: ({ raisedAt }) => raisedAt },
      {
        key: 'takenUpBy',
        title: t('export.column-taken'),
        read: ({ acknowledgedBy }) => acknowledgedBy && sourceName(t, acknowledgedBy),
      },
      { key: 'visit', title: t('export.column-visit'), read: ({ visit }) => visit },
    ],
  };
}

/** What of a turnaround the board shows: one that is under way. */
function turnaroundOf({ turnaround }: Bed): Bed['turnaround'] {
  return turnaround !== undefined && isLive(turnaround.status) ? turnaround : undefined;
}
