import type { EntryStatus } from './schema.ts';

/** What can happen to a message that was kept. */
export const entrySteps = ['keep', 'open', 'replay', 'refuse', 'apply', 'dismiss'] as const;
export type EntryStep = (typeof entrySteps)[number];

/**
 *     waiting ── replay ──► replaying ── apply ──► applied
 *        ▲ ◄──── refuse ────────┘                     │
 *        ├── dismiss ──► dismissed                    │
 *        └── keep ◄──────────┴────────────────────────┘
 *
 * A message that comes again is kept again, whatever had become of it; one whose sender repeats it until it works is
 * found applied, or refused once more, without anybody asking. A replay that is under way cannot be dismissed: it may have been applied already.
 */
export const entryTransitions: Readonly<Record<EntryStatus, Partial<Record<EntryStep, EntryStatus>>>> = {
  waiting: {
    keep: 'waiting',
    open: 'waiting',
    replay: 'replaying',
    refuse: 'waiting',
    apply: 'applied',
    dismiss: 'dismissed',
  },
  replaying: { keep: 'replaying', open: 'replaying', refuse: 'waiting', apply: 'applied' },
  applied: { keep: 'waiting' },
  dismissed: { keep: 'waiting' },
};

/** Whether an entry stands in the quarantine, or has left it. */
export function isKept(status: EntryStatus): boolean {
  return status === 'waiting' || status === 'replaying';
}
