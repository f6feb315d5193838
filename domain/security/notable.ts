import { addressBlock } from '../address-block.ts';

/** Trouble that the audit tells of. */
export const alertKinds = ['brute-force', 'token-reuse', 'permission-probing', 'unusual-volume'] as const;
export type AlertKind = (typeof alertKinds)[number];

/** Who or where it comes from: an account, or a block of addresses that one client may have. */
export const subjectKinds = ['account', 'address'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** So often within so many minutes, and somebody is told. A kind with no limit for a subject is not counted for it. */
export const limits: Readonly<
  Record<AlertKind, { readonly minutes: number } & Readonly<Partial<Record<SubjectKind, number>>>>
> = {
  // As many as one may try at once before each further one has to wait. A whole hospital may stand behind one address.
  'brute-force': { minutes: 10, account: 5, address: 20 },
  // One is enough: somebody has a copy of a token.
  'token-reuse': { minutes: 60, account: 1 },
  'permission-probing': { minutes: 10, account: 25 },
  // Topics with patients that were opened, and rows that were taken away in files.
  'unusual-volume': { minutes: 10, account: 3_000 },
};

/** What is looked at of one row of the audit. */
export interface AuditedRow {
  readonly principal: { readonly kind: string; readonly id: string };
  readonly action: string;
  readonly outcome: string;
  readonly address?: string | undefined;
  /** How often, where one row stands for several. */
  readonly times: number;
}

/** That something happened to or by a subject, so often. */
export interface Tally {
  readonly kind: AlertKind;
  readonly subject: { readonly kind: SubjectKind; readonly id: string };
  readonly count: number;
}

/** The principal of an audit row of whom nobody can say who it was. */
export const unknownPrincipal = 'unknown';

/** What a row of the audit adds to what is counted. */
export function talliesOf(row: AuditedRow): Tally[] {
  const kind = kindOf(row);
  if (kind === undefined) return [];
  const { principal, address, times } = row;
  const account = { kind: 'account', id: principal.id } as const;
  const block = { kind: 'address', id: addressBlock(address ?? '') } as const;
  const tallies: Tally[] = [];
  if (principal.id !== unknownPrincipal) tallies.push({ kind, subject: account, count: times });
  if (address !== undefined && limits[kind].address !== undefined)
    tallies.push({ kind, subject: block, count: times });
  return tallies;
}

function kindOf({ principal, action, outcome }: AuditedRow): AlertKind | undefined {
  // What systems send and Carewall does by itself is looked after at their own screens.
  if (principal.kind === 'feed' || principal.kind === 'system') return undefined;
  if (action === 'session.refresh' && outcome === 'unauthenticated') return 'token-reuse';
  if (action.startsWith('session.') && outcome !== 'ok' && outcome !== 'unavailable') return 'brute-force';
  if (outcome === 'forbidden' || outcome === 'not_found') return 'permission-probing';
  if (outcome === 'ok' && (action === 'topic.read' || action.startsWith('export.'))) return 'unusual-volume';
  return undefined;
}
