import { z } from 'zod';
import type { NewEvent } from '#domain/module.ts';
import type { LevelRecord } from '#domain/network/decide.ts';
import { availabilityMovedSchema } from '#domain/network/events.ts';
import { type LevelOfCare, levelOfCareSchema } from '#domain/network/levels.ts';
import { type AttestedLevel, attestedLevelSchema } from '#domain/network/schema.ts';
import { toJson } from '../json.ts';
import type { StoreContext, Write } from '../store.ts';

const levelRowsSchema = z.array(
  z.object({
    level: levelOfCareSchema,
    version: z.int(),
    entity: attestedLevelSchema.nullable(),
    before: attestedLevelSchema.nullable(),
  }),
);

/** Levels of a facility that somebody has counted, locked. Sends its query before it first waits. */
export async function readLevels(
  { org, connection }: StoreContext,
  facility: string,
  named: readonly LevelOfCare[],
): Promise<Map<LevelOfCare, LevelRecord>> {
  const rows = await connection`
    select level, version, entity, before from carewall.availability
    where org_id = ${org} and facility = ${facility} and level = any(${[...named]}::text[])
    order by level for update`.execute();
  return new Map(
    levelRowsSchema
      .parse(rows)
      .map(({ level, version, entity, before }) => [
        level,
        { version, now: entity ?? undefined, before: before ?? undefined },
      ]),
  );
}

/** The rows of levels that moved. `levels` are those that were there before. */
export function levelWrites(
  facility: string,
  levels: ReadonlyMap<LevelOfCare, LevelRecord>,
  events: readonly NewEvent[],
): Write[] {
  return events.map(({ data }) => {
    const { level, version, from, to } = availabilityMovedSchema.parse(data);
    const known = levels.has(level);
    // A word that can be taken back keeps what it took the place of; one that cannot keeps nothing.
    const before = to?.undoableUntil === undefined ? undefined : from;
    return writeOf({ facility, level, version, known }, to, before);
  });
}

/** The row of a level that another context moved, from the event alone: one that had a version has a row. */
export function movedLevelWrites(event: NewEvent): Write[] {
  const facility = event.topic.split('/')[1] ?? '';
  const { level, version, from } = availabilityMovedSchema.parse(event.data);
  const before = { version: version - 1, now: from, before: undefined };
  return levelWrites(facility, new Map(version === 1 ? [] : [[level, before]]), [event]);
}

function writeOf(
  row: { facility: string; level: LevelOfCare; version: number; known: boolean },
  entity: AttestedLevel | undefined,
  before: AttestedLevel | undefined,
): Write {
  const { facility, level, version } = row;
  const validUntil = entity === undefined || entity.lapsed ? null : entity.validUntil;
  return {
    schema: attestedLevelSchema,
    value: entity ?? null,
    async save({ org, connection }, sealed) {
      const kept = before === undefined ? null : connection.json(toJson(before));
      const stands = entity === undefined ? null : connection.json(sealed);
      // Not an upsert: of two who count a level for the first time, the second must see what the first said.
      return row.known
        ? connection`
            update carewall.availability
            set version = ${version}, valid_until = ${validUntil}, entity = ${stands}, before = ${kept}
            where org_id = ${org} and facility = ${facility} and level = ${level}`.execute()
        : connection`
            insert into carewall.availability (org_id, facility, level, version, valid_until, entity, before)
            values (${org}, ${facility}, ${level}, ${version}, ${validUntil}, ${stands}, ${kept})`.execute();
    },
  };
}
