import { strToU8, zipSync } from 'fflate';
import { z } from 'zod';
import { phi, subject } from '#domain/phi.ts';
import type { Connection } from './connect.ts';
import type { DataSubject } from './erasure.ts';
import { decrypt, type KeyRing } from './key-ring.ts';
import { type PersonalTable, personalTables } from './personal-rows.ts';

/** How an archive is stored: whole, sealed under the key of whose data is in it. */
export const sealedArchiveSchema = z.object({ subject: subject(), zip: phi(z.base64()) });

const rowsSchema = z.array(z.object({ row: z.record(z.string(), z.unknown()) }));
const keysSchema = z.array(z.object({ id: z.string(), wrapped: z.instanceof(Buffer), ring_key: z.string() }));

/** So many rows of one table at most; an archive says where there were more. */
const mostRows = 50_000;
/** Columns that prove something or lead in, and say nothing about anybody. */
const secret = /hash|secret|fingerprint|public_key|ring_key|wrapped|sealed|credential$/;

/**
 * Everything that is kept about somebody, as the files of a zip: each table's rows that name them, or hold something sealed
 * under their keys, with that opened. What is sealed under others' keys is theirs, and left out.
 */
export async function makeArchive(
  sql: Connection,
  ring: KeyRing,
  who: DataSubject,
  subjects: readonly string[],
  step: (done: number, of: number) => Promise<void>,
): Promise<Uint8Array> {
  const keys = await keysOf(sql, ring, who, subjects);
  const wanted = [...keys.keys(), ...subjects, ...(who.account === undefined ? [] : [who.account])];
  const tables = [...(await personalTables(sql)), audit];
  const files: Record<string, Uint8Array> = {};
  const index: string[] = [];
  for (const [done, table] of tables.entries()) {
    const rows = await rowsAbout(sql, who.org, table, wanted);
    if (rows.length > 0) {
      const shown = rows.slice(0, mostRows).map((row) => opened(row, keys));
      files[`${table.name}.json`] = strToU8(`${JSON.stringify(shown, null, 2)}\n`);
      index.push(
        `<li><a href="${table.name}.json">${table.name}</a>: ${shown.length}${rows.length > mostRows ? '+' : ''}</li>`,
      );
    }
    await step(done + 1, tables.length);
  }
  files['index.html'] = strToU8(page(index));
  return zipSync(files, { level: 6 });
}

const audit: PersonalTable = { name: 'audit', json: ['principal', 'details'], text: [], ofAccount: false };

async function keysOf(
  sql: Connection,
  ring: KeyRing,
  { org, account }: DataSubject,
  subjects: readonly string[],
): Promise<Map<string, Buffer>> {
  // What somebody wrote in a conversation is theirs, and sealed under the conversation's key.
  const rows = await sql`
    select id, wrapped, ring_key from carewall.subject_keys
    where org_id = ${org} and (subject = any(${[...subjects]}) or subject in (
      select 'conversation-' || conversation from carewall.messages where org_id = ${org} and author = ${account ?? null}))`;
  return new Map(
    keysSchema.parse(rows).map(({ id, wrapped, ring_key }) => [id, ring.unwrap(wrapped, ring_key, id)]),
  );
}

/** The rows that name somebody. Of conversations, where others write too, those that they wrote. */
async function rowsAbout(
  sql: Connection,
  org: string,
  { name }: PersonalTable,
  wanted: readonly string[],
): Promise<Record<string, unknown>[]> {
  if (wanted.length === 0) return [];
  const their =
    name === 'messages'
      ? sql`t.author = any(${[...wanted]})`
      : name === 'events'
        ? sql`(t.topic !~ '^conversation/' or t.by ->> 'id' = any(${[...wanted]}))`
        : sql`true`;
  const rows = await sql`
    select to_jsonb(t) as row from carewall.${sql(name)} t
    where t.org_id = ${org} and t::text ~ ${wanted.map(escaped).join('|')} and ${their}
    limit ${mostRows + 1}`;
  return rowsSchema.parse(rows).map(({ row }) => row);
}

function escaped(text: string): string {
  // As a whole word: an id may begin with another one.
  return `(^|[^a-z0-9-])${text.replace(/[^a-z0-9-]/gi, '.')}($|[^a-z0-9-])`;
}

function opened(row: Record<string, unknown>, keys: ReadonlyMap<string, Buffer>): unknown {
  const said = Object.entries(row).filter(
    ([name, value]) => !secret.test(name) && !(typeof value === 'string' && value.startsWith('\\x')),
  );
  return openedValue(Object.fromEntries(said), keys);
}

function openedValue(value: unknown, keys: ReadonlyMap<string, Buffer>): unknown {
  if (Array.isArray(value)) return value.map((item) => openedValue(item, keys));
  if (typeof value !== 'object' || value === null) return value;
  const sealed = z.strictObject({ $sealed: z.string() }).safeParse(value);
  if (sealed.success) return openedField(sealed.data.$sealed, keys);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const open = openedValue(item, keys);
      return open === undefined ? [] : [[name, open]];
    }),
  );
}

function openedField(sealed: string, keys: ReadonlyMap<string, Buffer>): unknown {
  const dot = sealed.indexOf('.');
  const id = sealed.slice(0, dot);
  const key = keys.get(id);
  if (key === undefined) return undefined;
  const plain: unknown = JSON.parse(
    decrypt(key, Buffer.from(sealed.slice(dot + 1), 'base64'), id).toString('utf8'),
  );
  return plain;
}

function page(index: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Carewall: your data</title>
<h1>All that Carewall keeps about you</h1>
<p>Each file holds the records of one kind that name you, as JSON. What belongs to other people is left out.</p>
<ul>
${index.join('\n')}
</ul>
</html>
`;
}
