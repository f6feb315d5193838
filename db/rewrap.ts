import { z } from 'zod';
import type { Database } from './connect.ts';
import type { KeyRing } from './key-ring.ts';
import { type RingSealedColumn, ringSealedColumns } from './ring-sealed-columns.ts';

const rowsSchema = z.array(
  z.object({ key: z.array(z.string()), wrapped: z.instanceof(Buffer), ringKey: z.string() }),
);
type Row = z.infer<typeof rowsSchema>[number];

/** Few enough that nobody who reads or erases one of them waits. */
const batch = 500;

/** Wraps what other keys of the ring wrapped under the current one, a few hundred rows at a time. Gives how many there were. */
export async function rewrapAll(sql: Database, ring: KeyRing): Promise<number> {
  let done = 0;
  for (const column of ringSealedColumns) {
    await eachBatch(sql, column, async (rows) => {
      const old = rows.filter(({ ringKey }) => ringKey !== ring.current);
      if (old.length > 0) done += await rewrap(sql, ring, column, old);
    });
  }
  return done;
}

/** Opens everything with the current key alone. Gives the rows, as `table: count`, that cannot be opened so. */
export async function notUnderCurrent(sql: Database, ring: KeyRing): Promise<string[]> {
  const faults: string[] = [];
  for (const column of ringSealedColumns) {
    let count = 0;
    await eachBatch(sql, column, async (rows) => {
      count += rows.filter((row) => !opens(ring, column, row)).length;
    });
    if (count > 0) faults.push(`${column.table}: ${count}`);
  }
  return faults;
}

function opens(ring: KeyRing, column: RingSealedColumn, { key, wrapped }: Row): boolean {
  try {
    ring.unwrap(wrapped, ring.current, column.label(key));
    return true;
  } catch {
    return false;
  }
}

async function rewrap(
  sql: Database,
  ring: KeyRing,
  { table, key, column, label }: RingSealedColumn,
  rows: readonly Row[],
): Promise<number> {
  const { current } = ring;
  const changes = rows.map((row) => ({
    ...Object.fromEntries(key.map((name, index) => [`key_${name}`, row.key[index] ?? ''])),
    before: row.wrapped.toString('base64'),
    after: ring
      .wrap(ring.unwrap(row.wrapped, row.ringKey, label(row.key)), label(row.key))
      .toString('base64'),
  }));
  const found = key.map((name) => `t.${name}::text = c.key_${name}`).join(' and ');
  const columns = key.map((name) => `key_${name} text`).join(', ');
  // A row that was erased or written anew meanwhile is left as it is.
  const result = await sql`
    update carewall.${sql(table)} t set ${sql(column)} = decode(c.after, 'base64'), ring_key = ${current}
    from jsonb_to_recordset(${sql.json(changes)}) as c(${sql.unsafe(columns)}, before text, after text)
    where ${sql.unsafe(found)} and t.${sql(column)} = decode(c.before, 'base64')`;
  return result.count;
}

/** Goes through a table in the order of its key. What is added meanwhile may be passed over: its writer has the new key. */
async function eachBatch(
  sql: Database,
  { table, key, column }: RingSealedColumn,
  hear: (rows: readonly Row[]) => Promise<void>,
): Promise<void> {
  const names = key.join(', ');
  let last: Row | undefined;
  for (;;) {
    const after =
      last === undefined
        ? sql``
        : sql`and (${sql.unsafe(names)}) > (${last.key.reduce(
            (list, value, index) => (index === 0 ? sql`${value}` : sql`${list}, ${value}`),
            sql``,
          )})`;
    const rows = rowsSchema.parse(
      await sql`
        select array[${sql.unsafe(key.map((name) => `${name}::text`).join(', '))}] as key,
          ${sql(column)} as wrapped, ring_key as "ringKey"
        from carewall.${sql(table)} where ${sql(column)} is not null ${after} order by ${sql.unsafe(names)} limit ${batch}`,
    );
    if (rows.length === 0) return;
    await hear(rows);
    last = rows.at(-1);
  }
}
