/** How far along a payment is in each status. Nothing goes back. */
const ranks = {
  ...{
    initiated: 0,
    authorized: 1,
    captured: 2,
    settled: 3,
    partially_refunded: 4,
    disputed: 5,
    refunded: 6,
  },
  ...{ failed: 7, cancelled: 7 },
};

/**
 * Payments only go forward; money that leaves one account comes to another; and what a gateway told is applied once or
 * put aside, whatever died in between.
 * @param {import('./evidence.mjs').Evidence} evidence
 * @returns {import('./check.mjs').Violation[]}
 */
export function checkPayments({ topics, facts, told }) {
  const violations = [];
  const topic = 'org/demo/payments';
  const { before, frames, now } = topics[topic].views.full;
  const say = (rule, text, seq) => violations.push({ rule, text, topic, seq });

  const statuses = new Map(Object.values(before.state.payments).map(({ id, status }) => [id, status]));
  const applied = new Map();
  for (const { seq, data } of frames) {
    if (data.payment?.id !== undefined) forward(data.payment.id, data.payment.status, seq);
    if (data.told === undefined) continue;
    const { payment, from, to } = data;
    if (statuses.get(payment) !== from)
      say('payment', `${payment} comes from ${from} and was not there`, seq);
    forward(payment, to, seq);
    const key = `${payment} ${data.told.id}`;
    if (applied.has(key)) say('webhook', `what ${key} tells is in the log twice`, seq);
    applied.set(key, seq);
  }
  for (const { id, status } of Object.values(now.state.payments))
    if (statuses.get(id) !== status)
      say('payment', `${id} is ${status}, and its history ends ${statuses.get(id)}`);
  checkOwn();
  checkLedger();
  checkDeliveries();
  return violations;

  function forward(id, status, seq) {
    const was = statuses.get(id);
    if (was !== undefined && (was === status ? false : ranks[status] <= ranks[was]))
      say('payment', `${id} goes from ${was} to ${status}`, seq);
    statuses.set(id, status);
  }

  /** Whoever pays sees their payments as they are, and never saw one go back. */
  function checkOwn() {
    const own = topics['user/demo-patient'].views.own;
    const seen = new Map();
    for (const { type, seq, data } of own.frames) {
      if (type !== 'own.payment-noted') continue;
      const { id, status, version } = data.item;
      const was = seen.get(id);
      if (was !== undefined && (version <= was.version || ranks[status] < ranks[was.status]))
        violations.push({
          rule: 'payment',
          text: `the payer sees ${id} go back to ${status}`,
          topic: 'user/demo-patient',
          seq,
        });
      seen.set(id, { status, version });
    }
    for (const { id, status } of Object.values(own.now.state.payment)) {
      const is = now.state.payments[id]?.status;
      if (is !== undefined && is !== status) say('payment', `${id} is ${is}, and ${status} to whoever pays`);
    }
  }

  /** The ledger comes to nothing, and holds exactly the movements that the payments show. */
  function checkLedger() {
    const sums = new Map();
    const rows = new Map();
    for (const { payment, movement, account, amount } of facts.entries) {
      const key = `${payment} ${movement}`;
      sums.set(key, (sums.get(key) ?? 0) + amount);
      rows.set(`${key} ${account}`, amount);
      if (account === 'buyer') rows.set(`${payment} paid`, (rows.get(`${payment} paid`) ?? 0) + amount);
    }
    for (const [key, sum] of sums) if (sum !== 0) say('ledger', `${key} comes to ${sum}`);
    let expected = 0;
    for (const { id, movements, amount } of Object.values(now.state.payments)) {
      if (-(rows.get(`${id} paid`) ?? 0) > amount) say('ledger', `${id} has cost more than ${amount}`);
      for (const movement of movements)
        for (const entry of movement.entries) {
          expected += 1;
          if (rows.get(`${id} ${movement.id} ${entry.account}`) !== entry.amount)
            say('ledger', `${id} ${movement.id} is not in the ledger as it is shown`);
        }
    }
    const listed = facts.entries.filter(({ payment }) => payment in now.state.payments).length;
    if (listed !== expected) say('ledger', `there are ${listed} entries, and ${expected} are shown`);
  }

  function checkDeliveries() {
    const rows = new Map();
    for (const { gateway, id, status, reason } of facts.deliveries) {
      if (gateway === 'campaign') rows.set(id, [...(rows.get(id) ?? []), { status, reason }]);
      if (status === 'stored') say('webhook', `${id} is still not processed`);
    }
    for (const record of told) {
      const { id, payment, kind, expected, outcome } = record;
      const complain = (text) => say('webhook', `${text}: ${JSON.stringify(record)}`);
      const [row, ...others] = rows.get(id) ?? [];
      const isInLog = applied.has(`${payment} ${id}`);
      if (expected === 'never') {
        if (outcome !== 'refused' || row !== undefined || isInLog) complain('something forged was taken');
        continue;
      }
      if (outcome !== 'taken') complain('a webhook was not taken');
      else if (row === undefined || others.length > 0)
        complain('a webhook that was taken is not stored once');
      else if (expected !== 'either' && row.status !== expected)
        complain(`a webhook is ${row.status} (${row.reason})`);
      if (row !== undefined && (row.status === 'applied') !== isInLog)
        complain(`a webhook is ${row.status} and ${isInLog ? '' : 'not '}in the log as ${kind}`);
    }
  }
}
