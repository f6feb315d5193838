import { type Refusal, refuse } from '../errors.ts';
import { instantOf, millis } from '../instant.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import { decideLevels, type LevelRecord } from '../network/decide.ts';
import { availabilityMovedSchema } from '../network/events.ts';
import type { LevelOfCare } from '../network/levels.ts';
import type { CountLinkCommandOf } from './commands.ts';
import type { LinkMoved, LinkMovedType } from './events.ts';
import { type Link, linkHours } from './schema.ts';
import { isLive, type LinkStep, linkTransitions } from './states.ts';

/** A link is not sent again within this time: whoever presses twice means once. */
const sendAgainMs = 60_000;

/** A link as it stands. */
export interface KnownLink {
  readonly facility: string;
  readonly link: Link;
}

/** Decides that a contact gets a link. One they have and did not use is withdrawn. */
export function decideSend(
  { facility, link: before }: { facility: string; link: Link | undefined },
  { data }: CountLinkCommandOf<'link.send'>,
  { now, by }: DecisionContext,
): Decision {
  if (before?.id === data.link) return reject(refuse('conflict', 'there is a link of this id already'));
  if (before !== undefined && isLive(before) && millis(now) - millis(before.createdAt) < sendAgainMs) {
    return reject(refuse('rate_limited', 'a link was sent to them a moment ago'));
  }
  const link: Link = {
    id: data.link,
    contact: data.contact,
    status: 'waiting',
    createdAt: now,
    validUntil: instantOf(millis(now) + linkHours * 3_600_000),
    version: 1,
    asOf: now,
    source: by,
  };
  const withdrawn =
    before !== undefined && isLive(before)
      ? [linkMoved(facility, 'link.withdrawn', before, { ...before, status: 'withdrawn' }, { now, by })]
      : [];
  return accept([
    ...withdrawn,
    { topic: `facility/${facility}/contacts`, type: 'link.ordered', data: { to: link } },
  ]);
}

/** Decides everything that happens to a link but its use. What is told twice, or too late, is refused. */
export function decideStep(
  { facility, link }: KnownLink,
  command: CountLinkCommandOf<'link.withdraw' | 'link.settle' | 'link.open' | 'link.expire'>,
  { now, by }: DecisionContext,
): Decision {
  const move = (step: LinkStep, type: LinkMovedType, changes: Partial<Link> = {}): Decision => {
    const status = linkTransitions[link.status][step];
    if (status === undefined) return reject(ended(link));
    return accept([linkMoved(facility, type, link, { ...link, ...changes, status }, { now, by })]);
  };
  switch (command.type) {
    case 'link.withdraw':
      return move('withdraw', 'link.withdrawn');
    case 'link.settle':
      return command.data.outcome === 'sent'
        ? move('send', 'link.sent', { sentAt: now })
        : move('give-up', 'link.undelivered');
    case 'link.open':
      return now > link.validUntil
        ? reject(ended(link, true))
        : move('open', 'link.opened', { openedAt: now });
    case 'link.expire':
      // Nobody but the clock asks for it, and of the version whose time it saw to be over.
      return move('expire', 'link.expired');
    default:
      return command satisfies never;
  }
}

/** Decides what is said through a link: all of it or nothing, and only once. */
export function decideSubmit(
  { facility, link, levels }: KnownLink & { readonly levels: ReadonlyMap<LevelOfCare, LevelRecord> },
  { data }: CountLinkCommandOf<'link.submit'>,
  context: DecisionContext,
): Decision {
  if (!isLive(link) || context.now > link.validUntil) return reject(ended(link, true));
  const changed = data.levels.flatMap(({ level, version }, index) =>
    levels.get(level)?.version === version && levels.get(level)?.now !== undefined
      ? []
      : [{ path: `data.levels.${index}.version`, message: 'is not the version that stands' }],
  );
  if (changed.length > 0) {
    return reject(refuse('conflict', 'somebody has counted since you opened the link', changed));
  }
  const events: NewEvent[] = [];
  const counts: NonNullable<Link['counts']> = [];
  for (const [index, { level, available, capacity }] of data.levels.entries()) {
    const decision = decideLevels(
      levels,
      { type: 'availability.attest', data: { facility, level, available, capacity } },
      context,
    );
    if (!decision.ok) return reject(at(decision.refusal, index));
    events.push(...decision.events);
    for (const event of decision.events) {
      const { to } = availabilityMovedSchema.parse(event.data);
      if (to !== undefined) counts.push({ level, capacity: to.capacity, available });
    }
  }
  const to: Link = { ...link, status: 'submitted', submittedAt: context.now, counts };
  return accept([...events, linkMoved(facility, 'link.submitted', link, to, context)]);
}

/** Why a link that has ended is of no use. Whoever holds it may know: to others it does not exist. */
export function ended({ status, submittedAt, validUntil }: Link, late = false): Refusal {
  if (status === 'submitted') {
    return refuse('gone', 'this link has been used', [], { why: 'submitted', at: submittedAt });
  }
  if (status === 'withdrawn') return refuse('gone', 'this link was withdrawn', [], { why: 'withdrawn' });
  if (isLive({ status }) && !late) return refuse('conflict', 'that was said before');
  return refuse('gone', 'the time of this link is over', [], { why: 'expired', at: validUntil });
}

/** The event of a link that moved. */
export function linkMoved(
  facility: string,
  type: LinkMovedType,
  from: Link,
  to: Link,
  { now, by }: Pick<DecisionContext, 'now' | 'by'>,
): NewEvent {
  const data: LinkMoved = { from, to: { ...to, version: from.version + 1, asOf: now, source: by } };
  return { topic: `facility/${facility}/contacts`, type, data };
}

function at(refusal: Refusal, index: number): Refusal {
  const issues = refusal.issues?.map(({ path, message }) => ({
    path: path.replace(/^data/, `data.levels.${index}`),
    message,
  }));
  return { ...refusal, ...(issues === undefined ? {} : { issues }) };
}
