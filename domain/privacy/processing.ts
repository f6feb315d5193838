import type { RetentionKind } from './retention.ts';

/** One record of processing, as Article 30 of the GDPR asks for it. Its words are in the language catalogue by `id`. */
export interface ProcessingRecord {
  readonly id: string;
  /** Article 6, and Article 9 where it is about health. */
  readonly bases: readonly string[];
  readonly subjects: readonly ('patients' | 'staff' | 'contacts')[];
  readonly categories: readonly ('identity' | 'contact' | 'health' | 'payment' | 'usage' | 'communication')[];
  readonly recipients: readonly ('staff-by-role' | 'payment-gateways' | 'mail-and-sms' | 'nobody')[];
  /** The kinds of data by whose retention it is kept; what stands in the rows themselves is kept while it is needed. */
  readonly retention: readonly RetentionKind[];
}

/** What this system does with data about people. */
export const processingRecords = [
  {
    id: 'beds',
    bases: ['6(1)(c)', '9(2)(h)'],
    subjects: ['patients'],
    categories: ['identity', 'health'],
    recipients: ['staff-by-role'],
    retention: ['events', 'visits', 'quarantine'],
  },
  {
    id: 'appointments',
    bases: ['6(1)(b)', '9(2)(h)'],
    subjects: ['patients'],
    categories: ['identity', 'health'],
    recipients: ['staff-by-role'],
    retention: ['events'],
  },
  {
    id: 'payments',
    bases: ['6(1)(b)', '6(1)(c)'],
    subjects: ['patients'],
    categories: ['identity', 'payment'],
    recipients: ['staff-by-role', 'payment-gateways'],
    retention: ['events'],
  },
  {
    id: 'messages',
    bases: ['6(1)(f)', '9(2)(h)'],
    subjects: ['staff', 'patients'],
    categories: ['identity', 'communication', 'health'],
    recipients: ['staff-by-role'],
    retention: ['events'],
  },
  {
    id: 'accounts',
    bases: ['6(1)(b)', '6(1)(c)'],
    subjects: ['staff', 'patients'],
    categories: ['identity', 'contact'],
    recipients: ['staff-by-role', 'mail-and-sms'],
    retention: ['sessions', 'known-devices', 'unused-secrets', 'letters'],
  },
  {
    id: 'security',
    bases: ['6(1)(c)', '6(1)(f)'],
    subjects: ['staff', 'patients', 'contacts'],
    categories: ['usage'],
    recipients: ['staff-by-role'],
    retention: ['audit', 'sign-in-failures'],
  },
  {
    id: 'counts',
    bases: ['6(1)(f)'],
    subjects: ['contacts'],
    categories: ['contact'],
    recipients: ['mail-and-sms'],
    retention: ['letters'],
  },
  {
    id: 'requests',
    bases: ['6(1)(c)'],
    subjects: ['patients', 'staff'],
    categories: ['identity'],
    recipients: ['staff-by-role'],
    retention: ['requests', 'archives'],
  },
] as const satisfies readonly ProcessingRecord[];
