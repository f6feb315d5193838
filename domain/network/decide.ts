import { refuse } from '../errors.ts';
import { instantOf, millis } from '../instant.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import type { Source } from '../source.ts';
import type { LevelCommand } from './commands.ts';
import type { AvailabilityMoved, AvailabilityMovedType } from './events.ts';
import type { LevelOfCare } from './levels.ts';
import type { AttestedLevel } from './schema.ts';

/** For how long a count is relied on where nobody has said. */
export const usualValidityMinutes = 12 * 60;
/** For how long whoever said something may take it back. */
export const undoWindowMs = 10_000;

/** One level of care as it stands, with what it was before, for whoever takes back the last word. */
export interface LevelRecord {
  /** Grows with every change and never goes back; 0 before the first. */
  readonly version: number;
  readonly now: AttestedLevel | undefined;
  readonly before: AttestedLevel | undefined;
}

const unsaid: LevelRecord = { version: 0, now: undefined, before: undefined };

type CommandOf<Type extends LevelCommand['type']> = Extract<LevelCommand, { type: Type }>;
type Levels = ReadonlyMap<LevelOfCare, LevelRecord>;

/** Whether somebody may still take back what stands at a level. */
export function mayUndo(level: AttestedLevel, by: Pick<Source, 'kind' | 'id'>, nowMs: number): boolean {
  return (
    level.undoableUntil !== undefined &&
    level.source.kind === by.kind &&
    level.source.id === by.id &&
    nowMs <= millis(level.undoableUntil)
  );
}

/** Decides a command about the levels of one facility. `levels` are those that it names and that somebody has counted. */
export function decideLevels(levels: Levels, command: LevelCommand, context: DecisionContext): Decision {
  switch (command.type) {
    case 'availability.attest':
      return attest(levels, command, context);
    case 'availability.confirm':
      return confirm(levels, command, context);
    case 'availability.undo':
      return undo(levels, command, context);
    case 'availability.lapse':
      return lapse(levels, command, context);
    default:
      return command satisfies never;
  }
}

function attest(
  levels: Levels,
  { data }: CommandOf<'availability.attest'>,
  context: DecisionContext,
): Decision {
  const record = levels.get(data.level) ?? unsaid;
  const capacity = data.capacity ?? record.now?.capacity;
  const asOf = data.asOf ?? context.now;
  if (capacity === undefined) return invalid('capacity', 'is needed where nobody has said it yet');
  if (data.available > capacity) return invalid('available', 'is more than the capacity');
  if (asOf > context.now) return invalid('asOf', 'lies in the future');
  if (record.now !== undefined && asOf < record.now.asOf) {
    return reject(refuse('conflict', 'somebody has counted later than that'));
  }
  const validForMinutes = data.validForMinutes ?? record.now?.validForMinutes ?? usualValidityMinutes;
  const to = {
    level: data.level,
    capacity,
    available: data.available,
    validForMinutes,
    ...said(asOf, validForMinutes, record, context),
  };
  return accept([moved(data.facility, 'availability.attested', data.level, record, to)]);
}

function confirm(
  levels: Levels,
  { data }: CommandOf<'availability.confirm'>,
  context: DecisionContext,
): Decision {
  const issues = data.levels.flatMap(({ level, version }, index) => {
    const is = levels.get(level)?.version ?? 0;
    return is === version && levels.get(level)?.now !== undefined
      ? []
      : [{ path: `data.levels.${index}.version`, message: `is ${version}, but the version is ${is}` }];
  });
  if (issues.length > 0) return reject(refuse('conflict', 'it has changed since you saw it', issues));
  const unsaidAt = data.levels.findIndex(({ level }) => levels.get(level)?.now?.available === undefined);
  if (unsaidAt >= 0) {
    const issue = { path: `data.levels.${unsaidAt}.level`, message: 'has no count that could still be true' };
    return reject(refuse('conflict', 'nobody has said how many beds are available', [issue]));
  }
  return accept(
    data.levels.flatMap(({ level }) => {
      const record = levels.get(level);
      if (record?.now === undefined) return [];
      const to = { ...record.now, ...said(context.now, record.now.validForMinutes, record, context) };
      return [moved(data.facility, 'availability.confirmed', level, record, to)];
    }),
  );
}

function undo(levels: Levels, { data }: CommandOf<'availability.undo'>, context: DecisionContext): Decision {
  const record = levels.get(data.level) ?? unsaid;
  const { now: stands, before } = record;
  if (stands?.undoableUntil === undefined) return reject(refuse('conflict', 'there is nothing to take back'));
  if (stands.source.kind !== context.by.kind || stands.source.id !== context.by.id) {
    return reject(refuse('forbidden', 'only whoever said it may take it back'));
  }
  if (!mayUndo(stands, context.by, millis(context.now))) {
    return reject(refuse('conflict', 'it is too late to take it back'));
  }
  const to = before && { ...withoutUndo(before), version: record.version + 1 };
  return accept([moved(data.facility, 'availability.undone', data.level, record, to)]);
}

function lapse(
  levels: Levels,
  { data }: CommandOf<'availability.lapse'>,
  context: DecisionContext,
): Decision {
  const record = levels.get(data.level) ?? unsaid;
  const { now: stands } = record;
  if (stands === undefined || stands.lapsed) return reject(refuse('conflict', 'there is nothing to lapse'));
  if (stands.validUntil > context.now) return reject(refuse('conflict', 'it is valid still'));
  // Who counted it and when stays as it was: that nobody has said so since is nobody's word.
  const to = { ...withoutUndo(stands), lapsed: true, version: record.version + 1 };
  return accept([moved(data.facility, 'availability.lapsed', data.level, record, to)]);
}

function said(asOf: string, validForMinutes: number, { version }: LevelRecord, context: DecisionContext) {
  return {
    validUntil: instantOf(millis(asOf) + validForMinutes * 60_000),
    lapsed: false,
    undoableUntil: instantOf(millis(context.now) + undoWindowMs),
    version: version + 1,
    asOf,
    source: context.by,
  };
}

function withoutUndo({ undoableUntil: _over, ...level }: AttestedLevel): AttestedLevel {
  return level;
}

function moved(
  facility: string,
  type: AvailabilityMovedType,
  level: LevelOfCare,
  { version, now: from }: LevelRecord,
  to: AttestedLevel | undefined,
): NewEvent {
  const data: AvailabilityMoved = {
    level,
    version: version + 1,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  return { topic: `facility/${facility}/availability`, type, data };
}

function invalid(field: string, message: string): Decision {
  return reject(refuse('invalid', 'the data does not fit the command', [{ path: `data.${field}`, message }]));
}
