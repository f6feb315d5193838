import { z } from 'zod';
import type { Database } from '../connect.ts';
import { atLeisureInOrganisation, snapshotOf } from '../transaction.ts';

const demoLetterSchema = z.object({
  id: z.string(),
  at: z.date().transform((date) => date.toISOString()),
  channel: z.enum(['email', 'phone']),
  address: z.string(),
  subject: z.string(),
  body: z.string(),
});
/** A letter that a demo shows instead of sending it. */
export type DemoLetter = z.infer<typeof demoLetterSchema>;

const mostLetters = 100;

/** Puts a letter where the demo shows it, and the oldest of too many away. */
export async function putIntoDemoMailbox(
  app: Database,
  org: string,
  letter: Omit<DemoLetter, 'at'>,
): Promise<void> {
  const { id, channel, address, subject, body } = letter;
  await atLeisureInOrganisation(app, org, async (connection) => {
    await connection`
      insert into carewall.demo_mailbox (org_id, id, channel, address, subject, body)
        values (${org}, ${id}, ${channel}, ${address}, ${subject}, ${body})
        on conflict (org_id, id) do update set at = clock_timestamp(), subject = excluded.subject, body = excluded.body`;
    await connection`
      delete from carewall.demo_mailbox where org_id = ${org} and id in (
        select id from carewall.demo_mailbox where org_id = ${org} order by at desc offset ${mostLetters}
      )`;
  });
}

/** What is in the demo's mailbox, the newest first. */
export async function readDemoMailbox(app: Database, org: string): Promise<DemoLetter[]> {
  const rows = await snapshotOf(app, org, (connection) =>
    connection`
      select id, at, channel, address, subject, body from carewall.demo_mailbox
      where org_id = ${org} order by at desc limit ${mostLetters}`.execute(),
  );
  return z.array(demoLetterSchema).parse(rows);
}
