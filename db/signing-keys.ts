import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import type { Database, Queries } from './connect.ts';
import type { KeyRing } from './key-ring.ts';

const publicJwkSchema = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() });
const privateJwkSchema = publicJwkSchema.extend({ d: z.string() });
export type PublicJwk = z.infer<typeof publicJwkSchema>;
export type PrivateJwk = z.infer<typeof privateJwkSchema>;

/** A key that signs access tokens. `id` is its `kid`. */
export interface SigningKey {
  readonly id: string;
  readonly privateJwk: PrivateJwk;
}

/** The half of a signing key that anybody may have. */
export interface PublishedKey {
  readonly id: string;
  readonly publicJwk: PublicJwk;
}

/** Any number that nothing else takes for an advisory lock: nodes that start at once make one key between them. */
const makingLock = 0x4361726b;

const sealedSchema = z.object({
  id: z.string(),
  sealed: z.instanceof(Buffer),
  ringKey: z.string(),
});

/** The newest key that signs now: its moment has come, and it is not retired; one is made where there is none. Raises where the key ring is another. */
export async function newestSigningKey(sql: Database, ring: KeyRing): Promise<SigningKey> {
  const known = await newest(sql, ring);
  if (known !== undefined) return known;
  return sql.begin(async (transaction) => {
    await transaction`select pg_advisory_xact_lock(${makingLock})`;
    // Who waited for the lock finds the key that its holder made.
    return (await newest(transaction, ring)) ?? make(transaction, ring);
  });
}

/** The public half of every key that a token may still be signed by: those retired a quarter of an hour ago are gone. */
export async function publishedKeys(sql: Database): Promise<PublishedKey[]> {
  const rows = await sql`
    select id, public_jwk as "publicJwk" from carewall.signing_keys
    where retired_at is null or retired_at > clock_timestamp() - interval '15 minutes'
    order by created_at desc, id`;
  return z.array(z.object({ id: z.string(), publicJwk: publicJwkSchema })).parse(rows);
}

/** How long after a key has taken over a node may still sign with the one before: as often as nodes read the keys, and more. */
const overlapSeconds = 60;

/**
 * Makes another signing key. It is published at once and signs after so many seconds, when nodes, and others that verify, have
 * read it; those before it sign no more a minute later, and verify until their last token has run out.
 */
export async function rotateSigningKeys(sql: Database, ring: KeyRing, leadSeconds: number): Promise<string> {
  return sql.begin(async (transaction) => {
    await transaction`select pg_advisory_xact_lock(${makingLock})`;
    await transaction`
      update carewall.signing_keys
        set retired_at = clock_timestamp() + make_interval(secs => ${leadSeconds + overlapSeconds})
        where retired_at is null`;
    return (await make(transaction, ring, leadSeconds)).id;
  });
}

async function newest(sql: Queries, ring: KeyRing): Promise<SigningKey | undefined> {
  const [row] = await sql`
    select id, sealed_private as sealed, ring_key as "ringKey" from carewall.signing_keys
    where signs_from <= clock_timestamp() and (retired_at is null or retired_at > clock_timestamp())
    order by signs_from desc, id limit 1`;
  if (row === undefined) return undefined;
  const { id, sealed, ringKey } = sealedSchema.parse(row);
  return { id, privateJwk: opened(ring, sealed, ringKey, id) };
}

function opened(ring: KeyRing, sealed: Buffer, ringKey: string, id: string): PrivateJwk {
  try {
    return privateJwkSchema.parse(JSON.parse(ring.unwrap(sealed, ringKey, id).toString('utf8')));
  } catch {
    // What failed may quote what it could not read, and that is a private key.
    throw new Error(`the signing key ${id} cannot be opened: the key ring is not the one that sealed it`);
  }
}

async function make(sql: Queries, ring: KeyRing, leadSeconds = 0): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const publicJwk = publicJwkSchema.parse(await exportJWK(publicKey));
  const privateJwk = privateJwkSchema.parse(await exportJWK(privateKey));
  const id = await calculateJwkThumbprint(publicJwk);
  const ringKey = ring.current;
  const sealed = ring.wrap(Buffer.from(JSON.stringify(privateJwk)), id);
  await sql`
    insert into carewall.signing_keys (id, public_jwk, sealed_private, ring_key, signs_from)
      values (${id}, ${sql.json(publicJwk)}, ${sealed}, ${ringKey},
        clock_timestamp() + make_interval(secs => ${leadSeconds}))`;
  return { id, privateJwk };
}
