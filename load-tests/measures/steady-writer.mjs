import { v7 as uuidv7 } from 'uuid';
import { openLightSocket } from './light-socket.mjs';

/** As long as a reason may be, of letters that take three bytes each: an event is then about a kilobyte. */
export const longReason = 'ệ'.repeat(200);
// A socket is let send 30 commands a second.
const perSocket = 24;

/**
 * Closes and opens beds at a steady pace, whatever the answers take.
 * @param {{ url: string, token: string, units: string[], most: number, reason?: string }} options `most` writes a second
 */
export async function openSteadyWriter({ url, token, units, most, reason = 'Repair' }) {
  const sockets = await Promise.all(
    Array.from({ length: Math.ceil(most / perSocket) }, () => openLightSocket(url, token)),
  );
  /** @type {{ bed: string, isClosed: boolean, isBusy: boolean }[]} */
  const beds = [];
  for (const unit of units) {
    const { state, events } = await sockets[0].ask('subscribe', { topic: `unit/${unit}/beds` });
    // The state may be older, and what has happened since comes with it.
    for (const { data } of events)
      for (const [field, { to }] of Object.entries(data?.changes ?? {})) state.beds[data.bed][field] = to;
    await sockets[0].ask('unsubscribe', { topic: `unit/${unit}/beds` });
    for (const { id, operationalStatus, claim } of Object.values(state.beds))
      if (operationalStatus === 'U' && claim === undefined)
        beds.push({ bed: id, isClosed: false, isBusy: false });
  }
  if (beds.length === 0) throw new Error(`no bed of ${units.join(', ')} can be closed and opened`);
  // One unit's beds are not written one after the other.
  beds.sort((a, b) => a.bed.slice(-2).localeCompare(b.bed.slice(-2)));
  let next = 0;
  let written = 0;
  let late = 0;
  /** @type {Error | undefined} */
  let fault;

  async function write(place) {
    place.isBusy = true;
    const type = place.isClosed ? 'bed.open' : 'bed.close';
    const data = place.isClosed ? { bed: place.bed } : { bed: place.bed, reason };
    written += 1;
    const answer = await sockets[written % sockets.length].ask('command', {
      id: uuidv7(),
      type,
      data,
    });
    if (!answer.ok)
      throw new Error(`${type} of ${place.bed} was refused: ${answer.error.code}, ${answer.error.message}`);
    place.isClosed = !place.isClosed;
    place.isBusy = false;
  }

  return {
    /** Writes until the work is done; gives how many, and how many were left out because the bed was still busy. */
    async during(work, perSecond = most) {
      const began = performance.now();
      const before = { written, late };
      let due = 0;
      const timer = setInterval(() => {
        for (; due < ((performance.now() - began) / 1_000) * perSecond; due += 1) {
          const place = beds[next++ % beds.length];
          if (place.isBusy) late += 1;
          else
            write(place).catch((error) => {
              fault ??= error;
            });
        }
      }, 4);
      const outcome = await work().finally(() => clearInterval(timer));
      while (fault === undefined && beds.some(({ isBusy }) => isBusy))
        await new Promise((go) => setTimeout(go, 5));
      if (fault !== undefined) throw fault;
      return { outcome, written: written - before.written, late: late - before.late };
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
