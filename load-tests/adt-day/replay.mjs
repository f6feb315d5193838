import { createMllpSender } from '../faults/mllp.mjs';
import { pause } from '../faults/pause.mjs';
import { readMessage } from './hl7.mjs';

/**
 * Plays messages over a few connections at a rate, as an integration engine does: what concerns the same visit or the same
 * bed goes in order, each when the one before it is acknowledged; a merge of patients waits for everything and everything
 * waits for it.
 * @param {{ port: number, messages: readonly string[], rate: number, connections: number, onProgress?: (sent: number) => void }} options
 *   `rate`: messages a second, 0 for as fast as they go
 * @returns {Promise<{ answers: string[], latencies: number[], seconds: number }>} the codes of the acknowledgements, ms each
 */
export async function replay({ port, messages, rate, connections, onProgress }) {
  const idle = Array.from({ length: connections }, () => createMllpSender({ port, withinMs: 60_000 }));
  const senders = [...idle];
  /** What is spoken of in messages under way. @type {Map<string, number>} */
  const busy = new Map();
  const bedsOfVisit = new Map();
  /** @type {string[]} */
  const answers = [];
  /** @type {number[]} */
  const latencies = [];
  let underWay = 0;
  let wake = () => undefined;
  const change = () => new Promise((resolve) => (wake = () => void resolve(undefined)));

  async function send(sender, index, keys) {
    const begun = performance.now();
    let answer;
    while (answer === undefined) answer = await sender.send(messages[index]);
    latencies.push(performance.now() - begun);
    answers[index] = /\rMSA\|([AC][AER])/.exec(answer)?.[1] ?? 'unreadable';
    for (const key of keys) {
      const left = (busy.get(key) ?? 1) - 1;
      if (left === 0) busy.delete(key);
      else busy.set(key, left);
    }
    underWay -= 1;
    idle.push(sender);
    wake();
  }

  const begun = performance.now();
  for (let index = 0; index < messages.length; index += 1) {
    const { keys, alone } = concerns(messages[index], bedsOfVisit);
    const mayGo = () =>
      idle.length > 0 && !busy.has('all') && (alone ? underWay === 0 : keys.every((key) => !busy.has(key)));
    while (!mayGo()) await change();
    const due = rate === 0 ? 0 : begun + (index * 1000) / rate - performance.now();
    if (due > 1) await pause(due);
    const held = alone ? ['all'] : keys;
    for (const key of held) busy.set(key, (busy.get(key) ?? 0) + 1);
    underWay += 1;
    send(idle.pop(), index, held);
    if (index % 500 === 0) onProgress?.(index);
  }
  while (underWay > 0) await change();
  const seconds = (performance.now() - begun) / 1000;
  for (const sender of senders) sender.close();
  return { answers, latencies, seconds };
}

/** The visits of a message and every bed they were ever said to be in; a merge concerns everybody. */
function concerns(text, bedsOfVisit) {
  const message = readMessage(text);
  const keys = new Set();
  if (message.trigger === 'A20') keys.add(message.field('NPU', 1));
  for (const row of message.all('PV1')) {
    const beds = bedsOfVisit.get(row[19]) ?? new Set();
    bedsOfVisit.set(row[19], beds);
    for (const place of [row[3], row[6]]) if (place !== undefined && place !== '') beds.add(place);
    keys.add(`visit ${row[19]}`);
    for (const bed of beds) if (!bed.startsWith('CLINIC')) keys.add(bed);
  }
  return { keys: [...keys], alone: message.trigger === 'A40' };
}
