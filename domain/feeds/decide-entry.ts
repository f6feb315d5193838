import { refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import type { FeedCommandOf } from './commands.ts';
import { feedsTopic } from './decide-feed.ts';
import { type EntryStep, entryTransitions } from './entry-states.ts';
import type { EntryEventType } from './events.ts';
import type { Entry, Fault, Feed } from './schema.ts';

/** How many messages of one feed may wait, and how many bytes. Past either its sender is told to keep what it has. */
export const mostWaiting = 5_000;
export const mostWaitingBytes = 256 * 1024 * 1024;

/** What the decision to keep a message needs to know. */
export interface KeepPlace {
  readonly org: string;
  readonly feed: Feed;
  /** The same message of the same feed, where it was kept before. */
  readonly entry: Entry | undefined;
  readonly waiting: { readonly entries: number; readonly bytes: number };
}

/** Keeps what a feed sent and cannot be applied. What is kept already is the same entry, tried once more. */
export function decideKeep(
  { org, feed, entry, waiting }: KeepPlace,
  { data }: FeedCommandOf<'quarantine.keep'>,
  context: DecisionContext,
): Decision {
  const { now, by } = context;
  if (by.id !== feed.id) return reject(refuse('forbidden', 'a feed keeps what it has sent itself'));
  if (data.message === undefined) {
    const issue = { path: 'data.message', message: 'is needed' };
    return reject(refuse('invalid', 'there is nothing to keep', [issue]));
  }
  const { controlId, trigger, receivedAt, fault } = data;
  const kept = { ...(trigger === undefined ? {} : { trigger }), fault, triedAt: receivedAt };
  if (entry !== undefined) {
    return step(org, entry, 'keep', 'quarantine.kept', context, {
      ...kept,
      attempts: entry.attempts + 1,
    });
  }
  if (waiting.entries >= mostWaiting || waiting.bytes + data.message.length > mostWaitingBytes)
    return reject(refuse('too_large', 'too much of this source waits already'));
  const to: Entry = {
    id: data.entry,
    feed: feed.id,
    controlId,
    receivedAt,
    ...kept,
    attempts: 1,
    status: 'waiting',
    version: 1,
    asOf: now,
    source: by,
  };
  return accept([entryEvent(org, 'quarantine.kept', { to })]);
}

/** What the decision to replay needs to know: the entries that wait, of those the command names, and how many more do. */
export interface ReplayPlace {
  readonly org: string;
  readonly feed: Feed;
  readonly entries: readonly Entry[];
  readonly left: number;
}

/** Asks for entries to be applied. */
export function decideReplay(
  { org, feed, entries, left }: ReplayPlace,
  { data }: FeedCommandOf<'quarantine.replay'>,
  { now, by }: DecisionContext,
): Decision {
  if (feed.status === 'disabled')
    return reject(refuse('conflict', 'the source is disabled: nothing of it can be applied'));
  const waiting = entries.filter(({ status }) => entryTransitions[status].replay !== undefined);
  if (waiting.length === 0) {
    const issue = { path: 'data.which', message: 'names nothing that waits' };
    return data.which.kind === 'entry'
      ? reject(refuse('conflict', 'it does not wait', [issue]))
      : accept([], { asked: 0, left: 0 });
  }
  const asked = {
    entries: waiting.map(({ id, version }) => ({ id, version: version + 1 })),
    from: 'waiting',
    to: 'replaying',
    asOf: now,
    source: by,
  };
  return accept([{ topic: feedsTopic(org), type: 'quarantine.replay-asked', data: asked }], {
    asked: waiting.length,
    left,
  });
}

/** Decides that a message is not to be applied. */
export function decideDismiss(
  { org, entry }: { readonly org: string; readonly entry: Entry },
  { data }: FeedCommandOf<'quarantine.dismiss'>,
  context: DecisionContext,
): Decision {
  return step(org, entry, 'dismiss', 'quarantine.dismissed', context, {}, data.reason);
}

/** Writes down that somebody looks at the content of a message. */
export function decideOpen(
  { org, entry }: { readonly org: string; readonly entry: Entry },
  context: DecisionContext,
): Decision {
  const opened = { at: context.now, by: context.by };
  return step(org, entry, 'open', 'quarantine.opened', context, { opened });
}

/** Says what became of a message. */
export function decideSettle(
  { org, entry }: { readonly org: string; readonly entry: Entry },
  { data }: FeedCommandOf<'quarantine.settle'>,
  context: DecisionContext,
): Decision {
  const { outcome } = data;
  if (outcome.kind === 'applied') return step(org, entry, 'apply', 'quarantine.applied', context, {});
  const tried: { fault: Fault; attempts: number; triedAt: string } = {
    fault: outcome.fault,
    attempts: entry.attempts + 1,
    triedAt: context.now,
  };
  return step(org, entry, 'refuse', 'quarantine.replay-failed', context, tried);
}

function step(
  org: string,
  entry: Entry,
  by: EntryStep,
  type: EntryEventType,
  { now, by: source }: DecisionContext,
  next: Partial<Entry>,
  reason?: string,
): Decision {
  const status = entryTransitions[entry.status][by];
  if (status === undefined) {
    const issue = { path: 'data.entry', message: `is ${entry.status}` };
    return reject(refuse('conflict', `the message is ${entry.status}`, [issue]));
  }
  const to: Entry = { ...entry, ...next, status, version: entry.version + 1, asOf: now, source };
  return accept([entryEvent(org, type, { from: entry, to, ...(reason === undefined ? {} : { reason }) })]);
}

function entryEvent(
  org: string,
  type: EntryEventType,
  data: { from?: Entry; to: Entry; reason?: string },
): NewEvent {
  return { topic: feedsTopic(org), type, data };
}
