import { request } from '../faults/http-api.mjs';
import { openLightSocket } from '../measures/light-socket.mjs';

/**
 * A client that follows one derived topic and says when a change that somebody waits for has come.
 * @typedef {object} Watcher
 * @property {(keys: string[]) => Promise<number>} next gives the moment at which one of these is next told of
 * @property {() => { frames: number, bytes: number, jumps: number }} counts since it was last asked
 * @property {() => void} close
 */

/** A level of care of a facility, as frames are looked through for it. */
export const levelKey = (facility, level) => `${facility} ${level}`;
/** A unit of a facility. */
export const unitKey = (facility, unit) => `${facility} ${unit}`;

/**
 * @param {{ url: string, token: string, topic: string }} options
 * @returns {Promise<Watcher>}
 */
export async function watchTopic({ url, token, topic }) {
  /** @type {Map<string, (at: number) => void>} */
  const waiting = new Map();
  let counts = { frames: 0, bytes: 0, jumps: 0 };
  let last;
  const take = (text, at) => {
    const frame = JSON.parse(text);
    if (frame.topic !== topic) return;
    counts.frames += 1;
    counts.bytes += Buffer.byteLength(text);
    if (last !== undefined && frame.seq !== last + 1) counts.jumps += 1;
    last = frame.seq;
    for (const key of keysOf(topic, frame.data)) {
      const seen = waiting.get(key);
      waiting.delete(key);
      seen?.(at);
    }
  };
  const socket = await openLightSocket(url, token, { onEvent: (text) => take(text, now()) });
  const first = await socket.ask('subscribe', { topic });
  if (!first.ok) throw new Error(`${topic}: ${first.error.code}`);
  if (first.fetch !== undefined) {
    const { body } = await request(`${url}${first.fetch}`, { token, within: 20_000 });
    const { view, epoch, seq } = body;
    const answer = await socket.ask('subscribe', { topic, after: { view, epoch, seq } });
    if (!answer.ok || answer.events === undefined) throw new Error(`${topic} cannot be continued`);
    last = answer.events.at(-1)?.seq ?? seq;
  }
  return {
    next: (keys) =>
      new Promise((seen) => {
        for (const key of keys) waiting.set(key, seen);
      }),
    counts() {
      const given = counts;
      counts = { frames: 0, bytes: 0, jumps: 0 };
      return given;
    },
    close: () => socket.destroy(),
  };
}

/** Milliseconds by the clock that all of this process share. */
export function now() {
  return performance.now();
}

function keysOf(topic, data) {
  if (topic.endsWith('/census')) {
    const facility = topic.split('/')[1];
    return Object.keys(data.units).map((unit) => unitKey(facility, unit));
  }
  return Object.entries(data.facilities).flatMap(([facility, { levels, units }]) => [
    ...Object.keys(levels).map((level) => levelKey(facility, level)),
    ...Object.keys(units).map((unit) => unitKey(facility, unit)),
  ]);
}
