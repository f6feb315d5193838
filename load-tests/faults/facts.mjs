/*
 * What the tables say, beside every topic: what must hold there whatever clients were shown.
 */

/**
 * Whether everything that is computed from the log is up to date with it.
 * @param {(words: TemplateStringsArray, ...values: any[]) => Promise<any[]>} sql
 */
export async function isUpToDate(sql) {
  const due = await sql`
    select p.name from carewall.projections p
    where p.org_id = 'demo' and exists (
      select from carewall.events e
      where e.org_id = p.org_id and e.tx >= p.floor and case p.name
        when 'availability' then (e.type like 'bed.%' and e.type <> 'bed.fact-kept') or e.topic like 'facility/%/availability'
        else e.type in ('conversation.started', 'conversation.member-added', 'conversation.member-left',
          'message.sent', 'message.retracted', 'message.read', 'message.acknowledged')
      end)`;
  return due.length === 0;
}

/** @param {(words: TemplateStringsArray, ...values: any[]) => Promise<any[]>} sql */
export async function waitingDeliveries(sql) {
  const [{ count }] = await sql`
    select count(*)::int as count from carewall.payment_deliveries where status = 'stored'`;
  return count;
}

/** @param {(words: TemplateStringsArray, ...values: any[]) => Promise<any[]>} sql */
export async function readFacts(sql) {
  const rows = async (query) => (await query).map((row) => ({ ...row }));
  return {
    /** Two live appointments of one practitioner, or in one room, at one time. */
    overlaps: await rows(sql`
      select a.id as one, b.id as other from carewall.appointments a
      join carewall.appointments b on b.org_id = a.org_id and a.id < b.id and a.during && b.during
        and (a.practitioner = b.practitioner or a.room = b.room)
      where a.live and b.live`),
    /** What every movement of money gave to or took from each account. */
    entries: await rows(
      sql`select payment, movement, account, currency, amount from carewall.payment_entries where org_id = 'demo'`,
    ),
    deliveries: await rows(
      sql`select gateway, event_id as id, status, reason from carewall.payment_deliveries where org_id = 'demo'`,
    ),
    members: await rows(sql`
      select conversation, account, joined_after as "joinedAfter", read_up_to as "readUpTo"
      from carewall.conversation_members where org_id = 'demo'`),
    messages: await rows(sql`
      select conversation, id, number, author, retracted, awaiting from carewall.messages where org_id = 'demo'`),
    upToDate: await isUpToDate(sql),
  };
}
