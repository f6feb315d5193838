import { createHmac } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { v7 as uuidv7 } from 'uuid';
import { request } from './http-api.mjs';
import { pause, until } from './pause.mjs';

/** Before the demo's own in the order of names, so that new payments go through it. */
const id = 'campaign';
const secret = 'what the campaign signs with';

/**
 * Something that was told as a gateway, however often, and what the door said.
 * @typedef {object} Told
 * @property {string} id
 * @property {string} payment
 * @property {string} kind
 * @property {'applied' | 'quarantined' | 'either' | 'never'} expected what must become of it; never: it was forged
 * @property {'taken' | 'refused' | 'unclear'} outcome
 * @property {string[]} tries
 */

/** Makes the campaign's gateway known, at some node. */
export async function configureGateway({ tokens, anyUrl }) {
  const command = {
    id: uuidv7(),
    type: 'payment.configure-gateway',
    data: { gateway: id, name: 'Campaign Pay', secret },
  };
  const isKnown = await until(
    async () => {
      const token = await tokens.get('admin');
      const options = { method: 'POST', token, body: command };
      const answer = await request(`${anyUrl()}/api/v1/commands`, options).catch(() => undefined);
      if (answer?.status === 401) await tokens.renew('admin', token);
      return answer?.status === 200;
    },
    { within: 20_000, every: 200 },
  );
  if (!isKnown) throw new Error('the campaign could not name its gateway');
}

/**
 * A gateway that tells what became of payments by signed webhooks at any node: after a while, some twice and at once, in
 * no order, and each until it is answered.
 * @param {{ random: import('./random.mjs').Random, anyUrl: () => string, longestMs: number }} options
 * @typedef {ReturnType<typeof createGateway>} Gateway
 */
export function createGateway({ random, anyUrl, longestMs }) {
  /** @type {Told[]} */
  const told = [];
  const finishing = new AbortController();
  const givingUp = new AbortController();
  // Everything that waits to be told listens.
  setMaxListeners(0, finishing.signal, givingUp.signal);
  /** @type {Set<Promise<void>>} */
  const telling = new Set();
  let count = 0;

  async function send(body, record, by = secret) {
    while (!givingUp.signal.aborted) {
      const seconds = Math.floor(Date.now() / 1000);
      const digest = createHmac('sha256', by).update(`${seconds}.${body}`).digest('hex');
      const headers = { 'carewall-signature': `t=${seconds},v1=${digest}` };
      const url = `${anyUrl()}/api/v1/webhooks/payments/demo.${id}`;
      const answer = await request(url, { method: 'POST', text: body, headers }).catch(() => undefined);
      record.tries.push(`${answer?.status ?? 'no answer'}`);
      if (answer?.status === 200) return 'taken';
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) return 'refused';
      await pause(random.between(50, 300), givingUp.signal);
    }
    return 'unclear';
  }

  async function carryOut(notice, record) {
    const body = JSON.stringify(notice);
    const times = random.chance(0.3) ? 2 : 1;
    const outcomes = await Promise.all(
      Array.from({ length: times }, async () => {
        await pause(random.between(0, longestMs), finishing.signal);
        return send(body, record);
      }),
    );
    record.outcome = outcomes.find((outcome) => outcome !== 'taken') ?? 'taken';
  }

  function begin(work) {
    const running = work.finally(() => telling.delete(running));
    telling.add(running);
  }

  return {
    told,
    /** Will tell something, some time. */
    tell({ payment, event: { kind, amount, currency, ...rest } }, expected = 'applied') {
      count += 1;
      const head = { id: `ev-${payment}-${count}`, at: new Date().toISOString() };
      const isOfMoney = ['authorized', 'captured', 'settled', 'refunded'].includes(kind);
      const event = { ...head, kind, ...(isOfMoney ? { amount, currency } : {}), ...rest };
      const record = { id: head.id, payment, kind, expected, outcome: 'unclear', tries: [] };
      told.push(record);
      begin(carryOut({ payment, event }, record));
      if (!random.chance(0.05)) return;
      const forged = { ...record, id: `${head.id}-forged`, expected: 'never', tries: [] };
      told.push(forged);
      const body = JSON.stringify({ payment, event: { ...event, id: forged.id } });
      const sending = send(body, forged, 'somebody else’s secret').then((outcome) => {
        forged.outcome = outcome;
      });
      begin(sending);
    },
    waitsFor: () => {
      const open = told.filter(({ outcome }) => outcome === 'unclear');
      return `webhooks ${open.map((one) => `${one.id} after ${one.tries.join(', ')}`).join('; ')}`;
    },
    /** Tells at once what there is left to tell; resolves when all of it has its answer, or the time is up. */
    async finish(within) {
      finishing.abort();
      const timer = setTimeout(() => givingUp.abort(), within);
      while (telling.size > 0) await Promise.all(telling);
      clearTimeout(timer);
    },
  };
}
