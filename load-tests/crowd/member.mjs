import { connect } from 'node:net';
import { pongFrame, textFrame } from '../measures/websocket-frames.mjs';
import { createByteReader, isEvent, seqOf, topicOf } from './byte-messages.mjs';

/** @typedef {'carewall' | 'socketio' | 'raw'} Speech how a server is spoken to */

// All sockets read into the same memory: what one has read is looked at before another reads.
const shared = Buffer.allocUnsafeSlow(256 * 1024);
const connectWithinMs = 60_000;
/** Of the acknowledgement of a token; those of subscriptions count from 0. */
const renewalId = 9_999;

/**
 * One of many subscribers. It looks at each event's topic and seq, where they stand in the bytes, and at nothing else.
 * @typedef {object} Member
 * @property {Promise<void>} joined resolves once it is in every room; rejects where it is refused or cut off before
 * @property {Float64Array} last the seq it has, by topic
 * @property {() => boolean} isOpen
 * @property {(token: string) => void} renew
 * @property {() => void} destroy
 */

/**
 * What all members of a process have seen.
 * @typedef {object} Tally
 * @property {number} events
 * @property {number} bytes
 * @property {number} gaps events that did not follow on the one before
 * @property {number} doubles events that had come before
 * @property {number} parsed samples that were read whole
 * @property {Record<string, number>} strange what should not have come, and how often
 */

/**
 * @param {{ speech: Speech, host: string, port: number, token?: string, topics: readonly string[], rooms: readonly string[],
 *   from?: string, tally: Tally, sampleEvery: number }} options `rooms` are joined where no topics are known; `from` is the
 *   address of this machine to come from
 * @returns {Member}
 */
export function openMember({ speech, host, port, token, topics, rooms, from, tally, sampleEvery }) {
  const names = topics.map((topic) => Buffer.from(topic));
  const last = new Float64Array(topics.length).fill(-1);
  const epochs = new Int32Array(topics.length);
  let isOpen = false;
  let missing = speech === 'carewall' ? topics.length : 1;
  let settle = { resolve: () => undefined, reject: (_) => undefined };
  const joined = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever waits for it hears; whoever does not must not end the process.
  joined.catch(() => undefined);
  const late = setTimeout(() => fail('it did not join in time'), connectWithinMs);

  const fail = (why) => {
    clearTimeout(late);
    settle.reject(new Error(why));
    socket.destroy();
  };
  const strange = (what) => {
    tally.strange[what] = (tally.strange[what] ?? 0) + 1;
  };

  const take = (bytes, start, end) => {
    const index = topicOf(names, bytes, start);
    if (index === -1) return strange('an event of a topic that was not asked for');
    const seq = seqOf(bytes, start, names[index].length, epochs[index]);
    const before = last[index];
    tally.events += 1;
    if (seq === before + 1) last[index] = seq;
    else if (seq <= before) tally.doubles += 1;
    else if (before >= 0) {
      tally.gaps += 1;
      last[index] = seq;
    } else strange('an event before the answer that says from where');
    if (tally.events % sampleEvery === 0) check(bytes.toString('utf8', start + 2, end), topics[index], seq);
  };

  /** Reads one in many whole: the quick look must have seen what is there. */
  const check = (text, topic, seq) => {
    tally.parsed += 1;
    const [, frame] = JSON.parse(text);
    if (frame.topic !== topic || frame.seq !== seq || frame.type === undefined)
      strange('an event that was misread');
  };

  const answered = (index, answer) => {
    if (!answer.ok || answer.events === undefined)
      return fail(`${topics[index]}: ${answer.error?.code ?? 'it is to be fetched'}`);
    epochs[index] = Buffer.byteLength(answer.epoch);
    last[index] = answer.events.at(-1)?.seq ?? answer.seq;
    missing -= 1;
    if (missing === 0) done();
  };
  const joinedAt = ({ heads, epoch }) => {
    for (const [index, topic] of topics.entries()) {
      epochs[index] = Buffer.byteLength(epoch);
      last[index] = heads[topic];
    }
    done();
  };
  const done = () => {
    clearTimeout(late);
    isOpen = true;
    settle.resolve();
  };

  const hear = (text) => {
    if (text.startsWith('0'))
      socket.write(textFrame(`40${token === undefined ? '' : JSON.stringify({ token })}`));
    else if (text === '2') socket.write(textFrame('3'));
    else if (text.startsWith('40')) ask();
    else if (text.startsWith('44')) fail(`refused: ${text.slice(2, 120)}`);
    else if (text.startsWith('43')) {
      const bracket = text.indexOf('[');
      const answer = readAnswer(text, bracket);
      const id = Number(text.slice(2, bracket));
      if (speech === 'carewall' && id === renewalId) {
        if (!answer.ok) strange(`a token that was not taken: ${answer.error.code}`);
      } else if (speech === 'carewall') answered(id, answer);
      else joinedAt(answer);
    } else if (text.startsWith('42')) {
      const name = /^42\["([^"]+)"/.exec(text)?.[1];
      if (name !== 'heads' && name !== 'rights') strange(`"${name}"`);
    } else if (text.startsWith('joined ')) joinedAt(JSON.parse(text.slice(7)));
  };
  const ask = () => {
    if (speech === 'carewall')
      for (const [index, topic] of topics.entries())
        socket.write(textFrame(`42${index}${JSON.stringify(['subscribe', { topic }])}`));
    else socket.write(textFrame(`420${JSON.stringify(['join', rooms])}`));
  };

  const read = createByteReader((opcode, bytes, start, end) => {
    if (opcode === 1 && isEvent(bytes, start, end)) take(bytes, start, end);
    else if (opcode === 1) hear(bytes.toString('utf8', start, end));
    else if (opcode === 9) socket.write(pongFrame(Buffer.from(bytes.subarray(start, end))));
    else if (opcode === 8) socket.destroy();
  });
  let head = '';
  let isUpgraded = false;
  const upgrade = (text) => {
    head += text;
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    if (!head.startsWith('HTTP/1.1 101')) return fail(`not upgraded: ${head.slice(0, 60)}`);
    isUpgraded = true;
    const rest = Buffer.from(head.slice(end + 4), 'latin1');
    head = '';
    if (speech === 'raw') socket.write(textFrame(`join ${JSON.stringify(rooms)}`));
    if (rest.length > 0) read(rest, rest.length);
  };
  const socket = connect({
    host,
    port,
    noDelay: true,
    ...(from === undefined ? {} : { localAddress: from }),
    onread: {
      buffer: shared,
      callback: (length, bytes) => {
        tally.bytes += length;
        if (isUpgraded) read(bytes, length);
        else upgrade(bytes.toString('latin1', 0, length));
        return true;
      },
    },
  });
  socket.once('connect', () => {
    const path = speech === 'raw' ? '/' : '/socket.io/?EIO=4&transport=websocket';
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bWVhc3VyZS1tZWFzdXJlIQ==\r\n\r\n',
    );
  });
  let isLeaving = false;
  socket.on('error', (error) => fail(error.message));
  socket.once('close', () => {
    if (isOpen && !isLeaving) strange('a connection that the server closed');
    isOpen = false;
    fail('the connection has gone');
  });
  return {
    joined,
    last,
    isOpen: () => isOpen,
    renew: (next) => {
      if (isOpen) socket.write(textFrame(`42${renewalId}${JSON.stringify(['token', { token: next }])}`));
    },
    destroy: () => {
      isLeaving = true;
      socket.destroy();
    },
  };
}

/** An acknowledgement. The state in it may be large, and is passed over where nothing came after it. */
function readAnswer(text, bracket) {
  const found =
    text.endsWith(',"events":[]}]') &&
    /^\[\{"ok":true,"view":"[^"]+","epoch":"([^"]+)","seq":(\d+)[,}]/.exec(
      text.slice(bracket, bracket + 300),
    );
  if (found) return { ok: true, epoch: found[1], seq: Number(found[2]), events: [] };
  return JSON.parse(text.slice(bracket))[0];
}
