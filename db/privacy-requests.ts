import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { makeArchive, sealedArchiveSchema } from './archive.ts';
import type { CommandRunner } from './command-runner.ts';
import type { Databases } from './databases.ts';
import { accountSubject, type DataSubject, erase, type Keepable, subjectsOf } from './erasure.ts';
import { toJson } from './json.ts';
import type { KeyRing } from './key-ring.ts';
import { atLeisureInOrganisation, snapshotOf } from './transaction.ts';
import type { Vault } from './vault.ts';

export interface PrivacyWork {
  readonly databases: Pick<Databases, 'privacy' | 'app'>;
  readonly ring: KeyRing;
  readonly vault: Vault;
  readonly commands: CommandRunner;
  readonly keeps: readonly Keepable[];
  readonly archiveDays: number;
}

const takenSchema = z.array(
  z.object({
    org: z.string(),
    id: z.string(),
    kind: z.enum(['export', 'erasure']),
    account: z
      .string()
      .nullable()
      .transform((account) => account ?? undefined),
    patient: z
      .string()
      .nullable()
      .transform((patient) => patient ?? undefined),
  }),
);
type Taken = z.infer<typeof takenSchema>[number];

/** How long other nodes leave alone what one has taken; whoever works on it says so again with each step. */
const leaseSeconds = 120;
/** A step is told this often at most. */
const tellEveryMs = 250;

/** Carries out one request that waits, if there is one. Of several nodes one takes it; one that died leaves it to others. */
export async function carryOutNextRequest(work: PrivacyWork): Promise<boolean> {
  const [taken] = takenSchema.parse(
    await work.databases.privacy`
      update carewall.privacy_requests r
      set leased_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
      from (
        select org_id, id from carewall.privacy_requests
        where status = 'making' and leased_until < clock_timestamp() order by leased_until, id limit 1 for update skip locked
      ) w
      where r.org_id = w.org_id and r.id = w.id
      returning r.org_id as org, r.id, r.kind, r.account, r.patient`,
  );
  if (taken === undefined) return false;
  try {
    await (taken.kind === 'export' ? exportOne(work, taken) : eraseOne(work, taken));
  } catch (error) {
    await settle(work, taken, { kind: 'failed' });
    throw error;
  }
  return true;
}

async function eraseOne(work: PrivacyWork, taken: Taken): Promise<void> {
  const outcome = await erase(work.databases.privacy, work.ring, taken, work.keeps);
  work.vault.forget();
  await settle(work, taken, { kind: outcome });
}

async function exportOne(work: PrivacyWork, taken: Taken): Promise<void> {
  const { databases, ring, vault, archiveDays } = work;
  const { org, id } = taken;
  let toldAt = Date.now();
  const step = async (done: number, of: number): Promise<void> => {
    if (Date.now() - toldAt < tellEveryMs) return;
    toldAt = Date.now();
    await system(work, org, 'privacy.step', { request: id, done, of });
    await databases.privacy`
      update carewall.privacy_requests set leased_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
      where org_id = ${org} and id = ${id}`;
  };
  await step(0, 1);
  const { zip, subject } = await atLeisureInOrganisation(databases.privacy, org, async (connection) => {
    await connection`set local statement_timeout = '30min'`;
    const subjects = await subjectsOf(connection, ring, taken);
    return {
      zip: await makeArchive(connection, ring, taken, subjects, step),
      subject: sealedUnder(ring, taken),
    };
  });
  const [sealed] = await vault.seal(org, [
    { schema: sealedArchiveSchema, value: { subject, zip: Buffer.from(zip).toString('base64') } },
  ]);
  const [kept] = z.array(z.object({ until: z.date() })).parse(
    await databases.privacy`
      insert into carewall.privacy_archives (org_id, request, expires_at, sealed)
      values (${org}, ${id}, clock_timestamp() + make_interval(days => ${archiveDays}),
        ${databases.privacy.json(toJson(sealed))})
      on conflict (org_id, request) do update set expires_at = excluded.expires_at, sealed = excluded.sealed
      returning expires_at as until`,
  );
  await settle(work, taken, { kind: 'ready', bytes: zip.length, until: kept?.until.toISOString() ?? '' });
}

function sealedUnder(ring: KeyRing, { org, account, patient }: DataSubject): string {
  return account === undefined ? (patient ?? '') : accountSubject(ring, org, account);
}

async function settle(
  work: PrivacyWork,
  { org, id }: Taken,
  outcome: Record<string, unknown>,
): Promise<void> {
  await system(work, org, 'privacy.settle', { request: id, outcome });
}

async function system({ commands }: PrivacyWork, org: string, type: string, data: Record<string, unknown>) {
  await commands.run(
    { principal: { kind: 'system', id: 'carewall', org, name: 'Carewall' }, session: undefined },
    { id: uuidv7(), type, data },
  );
}

const archiveSchema = z.array(
  z.object({
    account: z.string().nullable(),
    steppedUp: z.boolean(),
    sealed: z.unknown(),
  }),
);

/** An archive as it is stored, with whose account it is about and whether a session has proved itself lately. */
export async function readArchive(
  { app, vault }: { app: Databases['app']; vault: Vault },
  org: string,
  request: string,
  session: string,
): Promise<
  { account: string | undefined; steppedUp: boolean; open(): Promise<Uint8Array | undefined> } | undefined
> {
  const rows = await snapshotOf(app, org, async (connection) =>
    connection`
      select r.account, a.sealed, coalesce((
        select s.stepped_up_at > clock_timestamp() - interval '10 minutes' from carewall.sessions s
        where s.org_id = ${org} and s.id = ${session}), false) as "steppedUp"
      from carewall.privacy_archives a join carewall.privacy_requests r on r.org_id = a.org_id and r.id = a.request
      where a.org_id = ${org} and a.request = ${request}::uuid and a.expires_at > clock_timestamp()`.execute(),
  );
  const [found] = archiveSchema.parse(rows);
  if (found === undefined) return undefined;
  return {
    account: found.account ?? undefined,
    steppedUp: found.steppedUp,
    async open() {
      const [opened] = await vault.open(org, [{ schema: sealedArchiveSchema, value: found.sealed }]);
      const { zip } = sealedArchiveSchema.parse(opened);
      return zip === undefined ? undefined : Buffer.from(zip, 'base64');
    },
  };
}
