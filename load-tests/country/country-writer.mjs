import { v7 as uuidv7 } from 'uuid';
import { openLightSocket } from '../measures/light-socket.mjs';
import { bedOf } from './country-network.mjs';
import { levelKey, now, unitKey } from './network-watcher.mjs';

// A socket is let send 30 commands a second.
const perSocket = 20;
/** The beds that a writer of this process has closed: another goes on from there. */
const closed = new Set();

/**
 * Changes counts and beds at a steady pace, each at another place, and notes how long each change took until the watcher
 * that is told of it had it.
 * @param {object} options
 * @param {string} options.url
 * @param {{ attest: string, beds: string }} options.tokens
 * @param {{ id: string }[]} options.facilities
 * @param {{ id: string, facility: string }[]} options.units
 * @param {number} options.perSecond half of them of beds
 * @param {import('./network-watcher.mjs').Watcher} options.watcher
 */
export async function openCountryWriter({ url, tokens, facilities, units, perSecond, watcher }) {
  const count = Math.ceil(perSecond / perSocket) + 1;
  const attesting = await openSockets(url, tokens.attest, count);
  const bedding = await openSockets(url, tokens.beds, count);
  const places = { attest: shuffled(facilities), beds: shuffled(units) };
  const busy = new Set();
  const turns = { attest: 0, beds: 0 };
  let fault;

  async function change(kind, note) {
    const place = freePlace(kind);
    if (place === undefined) {
      note.skipped += 1;
      return;
    }
    const { key, command, done } = kind === 'attest' ? attest(place) : bedChange(place);
    busy.add(place.id);
    const seen = watcher.next([key]);
    const began = now();
    const sockets = kind === 'attest' ? attesting : bedding;
    const answer = await sockets[turns[kind] % sockets.length].ask('command', { id: uuidv7(), ...command });
    if (!answer.ok)
      throw new Error(`${command.type} was refused: ${answer.error.code} ${answer.error.message}`);
    const acknowledged = now();
    done();
    const at = await seen;
    busy.delete(place.id);
    // A frame that comes before the acknowledgement is at no distance from it, not at a negative one.
    note.changes.push({ kind, fromCommit: Math.max(0, at - acknowledged), fromStart: at - began });
  }

  function kindOf(turn) {
    if (facilities.length === 0) return 'beds';
    return units.length > 0 && turn % 2 === 1 ? 'beds' : 'attest';
  }

  /** One that no change of ours is on its way from: what the next frame says of it is then of this change. */
  function freePlace(kind) {
    const all = places[kind];
    for (let tried = 0; tried < 50; tried += 1) {
      const place = all[turns[kind]++ % all.length];
      if (!busy.has(place.id)) return place;
    }
    return undefined;
  }

  function attest({ id }) {
    const level = 'medical-surgical';
    const data = { facility: id, level, available: turns.attest % 20, validForMinutes: 720 };
    return {
      key: levelKey(id, level),
      command: { type: 'availability.attest', data },
      done: () => undefined,
    };
  }

  function bedChange({ id, facility }) {
    const bed = bedOf(id, Math.floor(turns.beds / units.length));
    const type = closed.has(bed) ? 'bed.open' : 'bed.close';
    const data = closed.has(bed) ? { bed } : { bed, reason: 'Repair' };
    const done = () => (closed.has(bed) ? closed.delete(bed) : closed.add(bed));
    return { key: unitKey(facility, id), command: { type, data }, done };
  }

  return {
    /** Writes for so long; gives every change, once each has been seen. */
    async during(ms) {
      const note = { changes: [], skipped: 0, lost: 0 };
      const under = new Set();
      const began = now();
      let due = 0;
      await new Promise((over) => {
        const timer = setInterval(() => {
          const passed = now() - began;
          for (; due < (Math.min(passed, ms) / 1_000) * perSecond; due += 1) {
            const one = change(kindOf(due), note)
              .catch((error) => {
                fault ??= error;
              })
              .finally(() => under.delete(one));
            under.add(one);
          }
          if (passed >= ms) {
            clearInterval(timer);
            over(undefined);
          }
        }, 4);
      });
      const late = new Promise((over) => setTimeout(over, 20_000, 'late').unref());
      if ((await Promise.race([Promise.all(under), late])) === 'late') note.lost = under.size;
      if (fault !== undefined) throw fault;
      return note;
    },
    close() {
      for (const socket of [...attesting, ...bedding]) socket.destroy();
    },
  };
}

function openSockets(url, token, count) {
  return Promise.all(Array.from({ length: count }, () => openLightSocket(url, token)));
}

/** The same in another order each time it is made from the same list, so that neighbours in it are far apart. */
function shuffled(list) {
  const order = [...list];
  let state = 1;
  for (let n = order.length - 1; n > 0; n -= 1) {
    state = (state * 48_271) % 2_147_483_647;
    const other = state % (n + 1);
    [order[n], order[other]] = [order[other], order[n]];
  }
  return order;
}
