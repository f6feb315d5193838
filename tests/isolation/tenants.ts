import type { Database } from '#db/connect.ts';
import type { Column, Table } from './catalogue.ts';

/** Whose rows are to be out of reach, and who reaches for them. */
export const victim = 'tenant-a';
export const intruder = 'tenant-b';

/**
 * Gives both organisations a row in every table there is, also in those that the demo leaves empty. What a row means is of no
 * matter here, so checks and references stand aside while it is written; whose it is, is.
 */
export async function fillTables(owner: Database, tables: readonly Table[]): Promise<void> {
  await owner.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    for (const table of tables) {
      if (table.tenantColumn === undefined || table.partition) continue;
      const checks = await transaction`
        select conname from pg_constraint
        where conrelid = ${`carewall.${table.name}`}::regclass and contype = 'c'`;
      for (const { conname } of checks) {
        await transaction`
          alter table carewall.${transaction(table.name)} drop constraint ${transaction(String(conname))}`;
      }
      for (const org of [victim, intruder]) {
        const columns = written(table);
        await transaction.unsafe(
          `insert into carewall."${table.name}" (${columns.map(({ name }) => `"${name}"`).join(', ')})
           values (${columns.map((column) => valueFor(table, column, org)).join(', ')})`,
        );
      }
    }
  });
}

/** The columns of which a row is made: those that must be given. */
function written(table: Table): Column[] {
  return table.columns.filter(
    (column) => !column.generated && (column.needed || column.name === table.tenantColumn),
  );
}

/** A value of a column's type, different for each organisation and column, as SQL. */
function valueFor(table: Table, { name, type }: Column, org: string): string {
  if (name === table.tenantColumn) return `'${org}'`;
  const text = `${org}/${table.name}/${name}`;
  switch (type) {
    case 'text':
      return `'${text}'`;
    case 'text[]':
      return `array['${text}']`;
    case 'uuid':
      return `md5('${text}')::uuid`;
    case 'bytea':
      return `'${text}'::bytea`;
    case 'jsonb':
      return `jsonb_build_object('of', '${text}')`;
    case 'integer':
    case 'bigint':
    case 'smallint':
    case 'double precision':
      return org === victim ? '1' : '2';
    case 'boolean':
      return 'true';
    case 'timestamp with time zone':
      return 'clock_timestamp()';
    case 'date':
      return 'current_date';
    case 'interval':
      return `interval '1 hour'`;
    case 'tstzrange':
      return `tstzrange(now(), now() + interval '1 hour')`;
    case 'xid8':
      return 'pg_current_xact_id()';
    case 'inet':
      return `'127.0.0.1'::inet`;
    default:
      throw new Error(`${table.name}.${name}: no value is known of the type ${type}`);
  }
}
