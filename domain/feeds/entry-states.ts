import type { EntryStatus } from './schema.ts';

/** What can happen to a message that was kept. */
export const entrySteps = ['keep', 'replay', 'refuse', 'apply', 'dismiss'] as const;
export type EntryStep = (typeof entrySteps)[number];

/**
 *     waiting ── replay ──► replaying ── apply ──► applied
 *        ▲ ◄──── refuse ────────┘                     │
 *        ├── dismiss ──► dismissed                    │
 *        └── keep ◄──────────┴────────────────────────┘
 *
 * A message that comes again is kept again, whatever had become of it; one whose sender repeats it until it works is
 * applied without a replay. A replay that is under way cannot be dismissed: it may have been applied already.
 */
export const entryTransitions: Readonly<Record<EntryStatus, Partial<Record<EntryStep, EntryStatus>>>> = {
  waiting: { keep: 'waiting', replay: 'replaying', apply: 'applied', dismiss: 'dismissed' },
  replaying: { keep: 'replaying', refuse: 'waiting', apply: 'applied' },
  applied: { keep: 'waiting' },
  dismissed: { keep: 'waiting' },
};

/** Whether an entry stands in the quarantine, or has left it. */
export function isKept(status: EntryStatus): boolean {
  return status === 'waiting' || status === 'replaying';
}
