import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { subject } from '../phi.ts';
import { type Patient, patientSchema } from './schema.ts';

/**
 * One statement that two patients are one: `gone` is a number nobody has any more, by its pseudonym, and `subject` is the
 * pseudonym of who survives, with what the feed said of them.
 */
export const mergeSchema = z.object({
  gone: z.string(),
  subject: subject(),
  patient: patientSchema,
  at: instantSchema,
});
export type Merge = z.infer<typeof mergeSchema> & { readonly subject: string };

/** Who somebody is after all merges: the pseudonym that survives, and what was last said of whoever bears it. */
export interface Survivor {
  readonly subject: string;
  readonly patient?: Patient;
}

/**
 * Who a patient is after all merges. It follows from the set of merges and not from the order in which they came: one
 * that arrives twice, late, or before the one it builds on ends the same. Where merges contradict each other (one number
 * gone into two, or two into each other), whoever survives by the newest of them.
 */
export function survivorOf(merges: readonly Merge[], patient: string): Survivor {
  const reached = componentOf(merges, patient);
  const within = merges.filter(({ gone }) => reached.has(gone));
  if (within.length === 0) return { subject: patient };
  const gone = new Set(within.map((merge) => merge.gone));
  const survivors = within.filter((merge) => !gone.has(merge.subject));
  const newest = (survivors.length > 0 ? survivors : within).toSorted(newestFirst)[0];
  return newest === undefined ? { subject: patient } : { subject: newest.subject, patient: newest.patient };
}

/** The merges with those of one more statement: of the same two patients the newest is kept. */
export function withMerges(known: readonly Merge[], stated: readonly Merge[]): Merge[] {
  const byPair = new Map<string, Merge>();
  for (const merge of [...known, ...stated]) {
    const pair = `${merge.gone} ${merge.subject}`;
    const before = byPair.get(pair);
    if (merge.gone !== merge.subject && (before === undefined || before.at <= merge.at))
      byPair.set(pair, merge);
  }
  return [...byPair.values()];
}

function componentOf(merges: readonly Merge[], patient: string): ReadonlySet<string> {
  const reached = new Set([patient]);
  for (let size = 0; size !== reached.size; ) {
    size = reached.size;
    for (const { gone, subject: survivor } of merges) {
      if (reached.has(gone)) reached.add(survivor);
      if (reached.has(survivor)) reached.add(gone);
    }
  }
  return reached;
}

function newestFirst(a: Merge, b: Merge): number {
  const key = ({ at, subject: survivor, gone }: Merge) => `${at} ${survivor} ${gone}`;
  return key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0;
}
