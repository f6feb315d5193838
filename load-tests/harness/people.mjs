import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/*
 * People with sessions and access tokens, made past sign-in: it costs a slow hash for each, on purpose, and is limited.
 * The database is told of a signing key of ours that is published and older than the installation's own, so nodes take
 * its tokens and go on signing with theirs.
 */

const lifeSeconds = 600;
const emailOf = (role) => `${role}@demo.carewall.example`;

/**
 * @typedef {object} Person
 * @property {string} account
 * @property {string} session
 * @property {string} role
 */

/**
 * @param {import('postgres').Sql} sql as the owner of the database
 * @returns {Promise<{ people: (count: number, roles: readonly string[]) => Promise<Person[]>, token: (person: Person) => string }>}
 *   `people` have the rights of the demo's own of that role, in turns; a `token` is good for ten minutes
 */
export async function createPeopleMaker(sql) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { kty, crv, x } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
  await sql`
    insert into carewall.signing_keys (id, public_jwk, sealed_private, ring_key, created_at, signs_from)
      values (${kid}, ${sql.json({ kty, crv, x })}, ${Buffer.alloc(0)}, 'load', 'epoch', 'epoch')`;
  // A node asks about keys that it does not know once a second at most: by now each has this one, or asks.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const head = encoded({ alg: 'EdDSA', typ: 'JWT', kid });
  const batch = randomBytes(4).toString('hex');
  let made = 0;

  return {
    async people(count, roles) {
      const from = made;
      made += count;
      const rows = await sql`
        with wanted as (
          select n, 'load-${sql.unsafe(batch)}-' || n as id, (${sql.array([...roles])}::text[])[1 + n % ${roles.length}::int] as role
          from generate_series(${from}::int, ${from + count - 1}::int) n
        ), model as (
          select w.*, a.id as model, a.org_id from wanted w
          join carewall.accounts a on a.email = w.role || ${emailOf('')}::text
        ), accounts as (
          insert into carewall.accounts (id, org_id, email, name)
            select id, org_id, id || '@load.example', 'Load ' || n from model returning id
        ), places as (
          insert into carewall.places (org_id, id, kind, name, parent, path)
            select org_id, id, 'person', 'Load ' || n, org_id, array[org_id, id] from model
        ), topics as (
          insert into carewall.topics (org_id, topic, name, place)
            select org_id, 'user/' || id || own, 'Load ' || n, id from model
            cross join unnest(array['', '/profile', '/privacy']) as t(own)
        ), grants as (
          insert into carewall.grants (org_id, account, role, place)
            select g.org_id, m.id, g.role, g.place from model m join carewall.grants g on g.account = m.model
        ), sessions as (
          insert into carewall.sessions (id, org_id, account, expires_at)
            select gen_random_uuid(), org_id, id, clock_timestamp() + interval '7 days' from model returning id, account
        )
        select m.id as account, m.role, s.id as session from model m join sessions s on s.account = m.id order by m.n`;
      if (rows.length !== count) throw new Error(`only ${rows.length} of ${count} people were made`);
      return rows.map(({ account, role, session }) => ({ account, role, session }));
    },
    token({ account, session }) {
      const now = Math.floor(Date.now() / 1000);
      const body = encoded({
        sid: session,
        sub: account,
        iss: 'carewall',
        aud: 'carewall',
        iat: now,
        exp: now + lifeSeconds,
      });
      return `${head}.${body}.${sign(null, Buffer.from(`${head}.${body}`), privateKey).toString('base64url')}`;
    },
  };
}

function encoded(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
