import type { Instant } from '#domain/instant.ts';
import { type ProcessingRecord, processingRecords } from '#domain/privacy/processing.ts';
import { confirmedFreshness, type Exportable } from '../export/exportable.ts';
import type { Translate } from '../language/catalogue.ts';

/** What the records of processing are taken from. */
export interface From {
  readonly topic: string;
  /** The name of the organisation that answers for it. */
  readonly controller: string;
  /** How many days each kind of data is kept. */
  readonly days: (kind: ProcessingRecord['retention'][number]) => number;
  /** When the server said so, if it has. */
  readonly readAt: Instant | undefined;
}

/** The records of processing of Article 30 as a table to take away, as this installation is set. */
export function processingExport(t: Translate, from: From): Exportable<(typeof processingRecords)[number]> {
  const listed = (texts: readonly string[]) => texts.join('; ');
  return {
    file: 'processing-records',
    title: t('privacy.processing'),
    filter: '',
    topics: [from.topic],
    columns: [
      { key: 'id', title: t('export.column-id'), read: ({ id }) => id },
      { key: 'controller', title: t('privacy.controller'), read: () => from.controller },
      { key: 'purpose', title: t('privacy.processing-purpose'), read: ({ id }) => t(`privacy.record-${id}`) },
      { key: 'bases', title: t('privacy.bases'), read: ({ bases }) => listed(bases) },
      {
        key: 'subjects',
        title: t('privacy.subjects'),
        read: ({ subjects }) => listed(subjects.map((one) => t(`privacy.subject-${one}`))),
      },
      {
        key: 'categories',
        title: t('privacy.categories'),
        read: ({ categories }) => listed(categories.map((one) => t(`privacy.category-${one}`))),
      },
      {
        key: 'recipients',
        title: t('privacy.recipients'),
        read: ({ recipients }) => listed(recipients.map((one) => t(`privacy.recipient-${one}`))),
      },
      {
        key: 'retention',
        title: t('privacy.retained'),
        read: ({ retention }) =>
          listed(
            retention.map(
              (kind) => `${t(`privacy.retention-${kind}`)}: ${t('privacy.days', { count: from.days(kind) })}`,
            ),
          ),
      },
    ],
    rows: processingRecords,
    said: (_record, nowMs) =>
      from.readAt === undefined
        ? undefined
        : {
            asOf: from.readAt,
            source: { kind: 'system', id: 'carewall', name: 'Carewall' },
            freshness: confirmedFreshness(from.readAt, nowMs),
          },
  };
}
