import { totpLabel } from './totp-factors.ts';

/** A column whose bytes a key of the ring has wrapped; which key stands beside it, as `ring_key`. */
export interface RingSealedColumn {
  readonly table: string;
  /** The columns that find a row: its primary key, or one as good. */
  readonly key: readonly string[];
  readonly column: string;
  /** The label that the bytes were wrapped with, from the values of `key`. */
  readonly label: (key: readonly string[]) => string;
}

/**
 * The one list of what the key ring wraps. A rotation wraps all of it anew; a table that is not here would be unreadable
 * after it, so a test holds this list against the schema. Its migration calls `carewall.guard_ring_keys()`.
 */
export const ringSealedColumns: readonly RingSealedColumn[] = [
  { table: 'subject_keys', key: ['org_id', 'id'], column: 'wrapped', label: ([, id]) => id ?? '' },
  { table: 'signing_keys', key: ['id'], column: 'sealed_private', label: ([id]) => id ?? '' },
  { table: 'audit_keys', key: ['id'], column: 'sealed_private', label: ([id]) => id ?? '' },
  {
    table: 'totp_factors',
    key: ['account', 'id'],
    column: 'sealed_secret',
    label: ([account]) => totpLabel(account ?? ''),
  },
];
