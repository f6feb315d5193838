import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { z } from 'zod';
import type { Database, Queries } from '../connect.ts';
import type { KeyRing } from '../key-ring.ts';
import { type Statement, wordsOf } from './chain.ts';

const publicJwkSchema = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() });
type PublicJwk = z.infer<typeof publicJwkSchema>;

/** A key that signs what the audit's chain has come to. */
export interface AuditKey {
  readonly id: string;
  sign(statement: Statement): Buffer;
}

/** A key by which signatures of the audit are checked. */
export interface AuditVerifier {
  readonly id: string;
  /** Made by a server that has the key ring, and not by somebody who can only write to the database. */
  readonly ours: boolean;
  verify(statement: Statement, signature: Buffer): boolean;
}

/** Nodes that begin at once make one key between them. */
const makingLock = 0x43617564;

const rowSchema = z.object({ id: z.string(), sealed: z.instanceof(Buffer), ringKey: z.string() });

/** The newest key that is not retired; one is made where there is none. Raises an Error where the key ring is another. */
export async function auditKey(sql: Database, ring: KeyRing): Promise<AuditKey> {
  const known = await newest(sql, ring);
  if (known !== undefined) return known;
  return sql.begin(async (transaction) => {
    await transaction`select pg_advisory_xact_lock(${makingLock})`;
    return (await newest(transaction, ring)) ?? make(transaction, ring);
  });
}

/** Every key there ever was, by id. With no ring nobody can say whether they are ours. */
export async function auditVerifiers(
  sql: Queries,
  ring: KeyRing | undefined,
): Promise<Map<string, AuditVerifier>> {
  const rows = z
    .array(z.object({ id: z.string(), publicJwk: publicJwkSchema, mac: z.instanceof(Buffer) }))
    .parse(await sql`select id, public_jwk as "publicJwk", mac from carewall.audit_keys order by created_at`);
  return new Map(
    rows.map(({ id, publicJwk, mac }) => {
      const key = createPublicKey({ key: publicJwk, format: 'jwk' });
      const ours = ring?.fingerprint(labelOf(id, publicJwk)).equals(mac) ?? false;
      return [id, { id, ours, verify: (said, signature) => verify(null, wordsOf(said), key, signature) }];
    }),
  );
}

async function newest(sql: Queries, ring: KeyRing): Promise<AuditKey | undefined> {
  const [row] = await sql`
    select id, sealed_private as sealed, ring_key as "ringKey" from carewall.audit_keys
    where retired_at is null and sealed_private is not null order by created_at desc, id limit 1`;
  if (row === undefined) return undefined;
  const { id, sealed, ringKey } = rowSchema.parse(row);
  return signer(id, opened(ring, sealed, ringKey, id));
}

function opened(ring: KeyRing, sealed: Buffer, ringKey: string, id: string): KeyObject {
  try {
    return createPrivateKey({ key: ring.unwrap(sealed, ringKey, id), format: 'der', type: 'pkcs8' });
  } catch {
    // What failed may quote what it could not read, and that is a private key.
    throw new Error(`the audit key ${id} cannot be opened: the key ring is not the one that sealed it`);
  }
}

async function make(sql: Queries, ring: KeyRing): Promise<AuditKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const publicJwk = publicJwkSchema.parse(publicKey.export({ format: 'jwk' }));
  const id = `audit-${publicJwk.x.slice(0, 16)}`;
  const sealed = ring.wrap(privateKey.export({ format: 'der', type: 'pkcs8' }), id);
  await sql`
    insert into carewall.audit_keys (id, public_jwk, mac, sealed_private, ring_key)
      values (${id}, ${sql.json(publicJwk)}, ${ring.fingerprint(labelOf(id, publicJwk))}, ${sealed}, ${ring.current})`;
  return signer(id, privateKey);
}

function signer(id: string, key: KeyObject): AuditKey {
  return { id, sign: (statement) => sign(null, wordsOf(statement), key) };
}

function labelOf(id: string, { x }: PublicJwk): string {
  return `carewall audit key ${id} ${x}`;
}
