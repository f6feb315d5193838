import { createHash } from 'node:crypto';
import { mark } from './identity.mjs';
import { createMllpSender } from './mllp.mjs';
import { pause } from './pause.mjs';

/**
 * A hospital's system that says what has happened (ADT A01, A02, A03, A20), each message until it is acknowledged, under
 * the same control id, through whatever node is there. Some of what it says is late: older than what it said before.
 * @param {{
 *   name: string, random: import('./random.mjs').Random, everyMs: number, ports: readonly number[],
 *   beds: readonly { unit: string, id: string, location: any }[],
 * }} options
 */
export function createHl7Writer({ name, random, everyMs, ports, beds }) {
  /** @type {import('./command-writer.mjs').Sent[]} */
  const sent = [];
  const finishing = new AbortController();
  const givingUp = new AbortController();
  const senders = ports.map((port) => createMllpSender({ port, withinMs: 4_000 }));
  /** @type {{ visit: string, pid: string, bed: any }[]} */
  const stays = [];
  let sender = random.pick(senders);
  let count = 0;

  async function send({ trigger, segments, at }) {
    count += 1;
    const controlId = `${name}x${count}`;
    const time = `${at.toISOString().replace(/[-:TZ]/g, '')}+0000`;
    const head = `MSH|^~\\&|DEMO|RGH|CAREWALL|RGH|${time}||ADT^${trigger}|${controlId}|P|2.5.1`;
    const message = [head, `EVN|${trigger}|${time}`, ...segments].map((segment) => `${segment}\r`).join('');
    /** @type {import('./command-writer.mjs').Sent} */
    const record = {
      id: commandIdOf('demo', controlId),
      door: name,
      principal: 'demo',
      type: trigger,
      outcome: 'unclear',
      heads: [],
      tries: [],
      at: Date.now(),
    };
    sent.push(record);
    while (!givingUp.signal.aborted) {
      const answer = await sender.send(message);
      record.at = Date.now();
      const [, code, echoed] = /\rMSA\|(A[AER])\|([^|\r]*)/.exec(answer ?? '') ?? [];
      const error = /\rERR\|\|[^|]*\|(\d+)/.exec(answer ?? '')?.[1];
      record.tries.push(code === undefined ? 'no answer' : `${code}${error ?? ''}`);
      if (code !== undefined && echoed !== controlId) record.tries.push(`for ${echoed}`);
      if (code === 'AA') return Object.assign(record, { outcome: 'ok' });
      // Anything but "not taken now, send again" is for people to look at.
      if (code !== undefined && error !== '207')
        return Object.assign(record, { outcome: 'refused', code: `${code} ${error}` });
      sender = random.pick(senders);
      await pause(random.between(50, 300), givingUp.signal);
    }
    return record;
  }

  function next() {
    const late = random.chance(0.06) ? random.whole(60_000, 3_600_000) : 0;
    const at = new Date(Date.now() - late);
    const bed = random.pick(beds);
    const what = random.chance(0.3) ? 'A20' : stays.length < 6 ? 'A01' : random.pick(['A01', 'A02', 'A03']);
    if (what === 'A20') {
      const status = random.pick(['C', 'H', 'U', 'U', 'K', 'I', 'O']);
      return { trigger: what, segments: [`NPU|${placeOf(bed)}|${status}`], at };
    }
    if (what === 'A01') {
      const number = `${name}x${count + 1}`;
      const names = `${mark}F${number}^${mark}G${number}`;
      const pid = `PID|1||${mark}M${number}^^^RGH^MR||${names}||19500131|F`;
      stays.push({ visit: `${mark}V${number}`, pid, bed });
      if (stays.length > 30) stays.shift();
      return { trigger: what, segments: [pid, visitOf(stays.at(-1), bed)], at };
    }
    const stay = random.pick(stays);
    if (what === 'A03') {
      stays.splice(stays.indexOf(stay), 1);
      return { trigger: what, segments: [stay.pid, visitOf(stay, stay.bed)], at };
    }
    stay.bed = bed;
    return { trigger: what, segments: [stay.pid, visitOf(stay, bed)], at };
  }

  async function run() {
    while (!finishing.signal.aborted) {
      await send(next());
      await pause(random.between(everyMs / 2, everyMs * 1.5), finishing.signal);
    }
    for (const each of senders) each.close();
  }

  const running = run();
  return {
    sent,
    /** Begins nothing more; resolves when the last message is acknowledged, or the time is up. */
    async finish(within) {
      finishing.abort();
      const timer = setTimeout(() => givingUp.abort(), within);
      await running;
      clearTimeout(timer);
    },
    waitsFor: () => `${name}: ${sent.at(-1)?.type} after ${sent.at(-1)?.tries.join(', ')}`,
  };
}

function placeOf({ location: { pointOfCare, room, bed, facility } }) {
  return `${pointOfCare}^${room}^${bed}^${facility}`;
}

function visitOf({ visit }, bed) {
  return `PV1|1|I|${placeOf(bed)}${'|'.repeat(16)}${visit}`;
}

/**
 * The id under which the server keeps a message: made of the source and MSH-10 alone, so that a message that comes
 * again is found to be the same.
 */
function commandIdOf(source, controlId) {
  const digest = createHash('sha256').update(`${source.length}:${source}:${controlId}`, 'utf8').digest();
  const bytes = digest.subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
