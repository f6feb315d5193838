import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { mapTagged } from '#domain/phi.ts';
import type { Database } from './connect.ts';
import { decrypt, encrypt, type KeyRing } from './key-ring.ts';
import { inOrganisation } from './transaction.ts';

/** A field that was sealed: which data key, and the bytes. A plain field is never an object of this shape. */
const sealedSchema = z.strictObject({ $sealed: z.string() });

interface DataKey {
  readonly id: string;
  readonly key: Buffer;
  readonly readAt: number;
}

/** How long a data key may be remembered: an erased person is unreadable at most this much later. */
const rememberMs = 30_000;
const mostKeys = 50_000;

/** A value with the schema that says which of its fields are tagged. */
export interface Tagged {
  readonly schema: z.ZodType;
  readonly value: unknown;
}

/**
 * Seals tagged fields for storage and opens them again, under one data key for each subject. It has its own
 * connections: commands wait for it while they hold theirs.
 */
export interface Vault {
  /** The values with their `phi` fields sealed. Raises an Error for a `phi` field with no subject. */
  seal(org: string, values: readonly Tagged[]): Promise<unknown[]>;
  /** The values with their sealed fields opened. Those of an erased subject are gone. */
  open(org: string, values: readonly Tagged[]): Promise<unknown[]>;
  /** Remembers no key any more: somebody was erased. */
  forget(): void;
}

export function createVault(sql: Database, ring: KeyRing, clock: () => number = Date.now): Vault {
  const bySubject = new Map<string, DataKey>();
  const byId = new Map<string, DataKey | undefined>();

  const remember = (org: string, subject: string, key: DataKey): void => {
    if (byId.size >= mostKeys) {
      byId.clear();
      bySubject.clear();
    }
    bySubject.set(`${org} ${subject}`, key);
    byId.set(key.id, key);
  };
  const fresh = (key: DataKey | undefined): DataKey | undefined =>
    key !== undefined && clock() - key.readAt < rememberMs ? key : undefined;

  async function keysOf(org: string, subjects: ReadonlySet<string>): Promise<void> {
    const missing = [...subjects].filter(
      (subject) => fresh(bySubject.get(`${org} ${subject}`)) === undefined,
    );
    if (missing.length === 0) return;
    // Read with the wrapping: the key ring may be rotated while the rows are on their way.
    const ringKey = ring.current;
    const made = missing.map((subject) => {
      const id = randomUUID();
      return { subject, id, wrapped: ring.wrap(randomBytes(32), id).toString('base64') };
    });
    const rows = await inOrganisation(
      sql,
      org,
      async () => undefined,
      async () => ({
        commit: async (connection) => {
          // Whoever came first made the key; everybody reads the one that stands.
          const inserted = connection`
            insert into carewall.subject_keys (org_id, subject, id, wrapped, ring_key)
            select ${org}, m.subject, m.id, decode(m.wrapped, 'base64'), ${ringKey}
            from jsonb_to_recordset(${connection.json(made)}) as m(subject text, id uuid, wrapped text)
            order by m.subject
            on conflict (org_id, subject) do nothing`.execute();
          const read = connection`
            select subject, id, wrapped, ring_key from carewall.subject_keys
            where org_id = ${org} and subject = any(${missing})`.execute();
          return (await Promise.all([inserted, read]))[1];
        },
      }),
    );
    for (const row of keyRowsSchema.parse(rows)) remember(org, row.subject, unwrapped(row));
  }

  async function keysById(org: string, ids: ReadonlySet<string>): Promise<void> {
    const missing = [...ids].filter((id) => fresh(byId.get(id)) === undefined);
    if (missing.length === 0) return;
    const rows = await inOrganisation(
      sql,
      org,
      async (connection) => connection`
        select subject, id, wrapped, ring_key from carewall.subject_keys
        where org_id = ${org} and id = any(${missing}::uuid[])`,
      async (answers) => ({ abandon: answers }),
    );
    for (const id of missing) byId.delete(id);
    for (const row of keyRowsSchema.parse(rows)) remember(org, row.subject, unwrapped(row));
  }

  function unwrapped(row: z.infer<typeof keyRowSchema>): DataKey {
    return { id: row.id, key: ring.unwrap(row.wrapped, row.ring_key, row.id), readAt: clock() };
  }

  return {
    forget() {
      bySubject.clear();
      byId.clear();
    },
    async seal(org, values) {
      const subjects = new Set<string>();
      for (const { schema, value } of values) {
        mapTagged(schema, value, (tag, field, subject) => {
          if (tag === 'phi' && subject === undefined)
            throw new Error('a field of a patient stands without its subject');
          if (tag === 'phi' && subject !== undefined) subjects.add(subject);
          return field;
        });
      }
      await keysOf(org, subjects);
      return values.map(({ schema, value }) =>
        mapTagged(schema, value, (tag, field, subject) => {
          if (tag !== 'phi' || subject === undefined) return field;
          const key = bySubject.get(`${org} ${subject}`);
          if (key === undefined) throw new Error('a data key went missing');
          const bytes = encrypt(key.key, Buffer.from(JSON.stringify(field)), key.id);
          return { $sealed: `${key.id}.${bytes.toString('base64')}` };
        }),
      );
    },
    async open(org, values) {
      const ids = new Set<string>();
      for (const { schema, value } of values) {
        mapTagged(schema, value, (_tag, field) => {
          const sealed = sealedSchema.safeParse(field);
          if (sealed.success) ids.add(parts(sealed.data.$sealed).id);
          return field;
        });
      }
      await keysById(org, ids);
      return values.map(({ schema, value }) =>
        mapTagged(schema, value, (tag, field) => {
          if (tag !== 'phi') return field;
          const sealed = sealedSchema.safeParse(field);
          // Only what is sealed is ever given as a patient's.
          if (!sealed.success) return undefined;
          const { id, bytes } = parts(sealed.data.$sealed);
          const key = byId.get(id);
          if (key === undefined) return undefined;
          const plain: unknown = JSON.parse(decrypt(key.key, bytes, id).toString('utf8'));
          return plain;
        }),
      );
    },
  };
}

const keyRowSchema = z.object({
  subject: z.string(),
  id: z.string(),
  wrapped: z.instanceof(Buffer),
  ring_key: z.string(),
});
const keyRowsSchema = z.array(keyRowSchema);

function parts(sealed: string): { id: string; bytes: Buffer } {
  const dot = sealed.indexOf('.');
  return { id: sealed.slice(0, dot), bytes: Buffer.from(sealed.slice(dot + 1), 'base64') };
}
