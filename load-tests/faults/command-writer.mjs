import { v7 as uuidv7 } from 'uuid';
import { pause } from './pause.mjs';

/** What is worth another try under the same id: nothing has been decided, or nobody knows. */
const passing = ['unavailable', 'rate_limited', 'unauthenticated'];

/**
 * One command as it was sent, however often, and what became of it.
 * @typedef {object} Sent
 * @property {string} id
 * @property {string} door
 * @property {string} principal
 * @property {string} type
 * @property {string} [topic] where its event is expected
 * @property {string} [event] the type of that event
 * @property {string} [bed]
 * @property {string} [names] what else the event carries: the id of what it is about
 * @property {string} [words] what the event carries and no other does
 * @property {string[]} alsoOn other topics on which it may append
 * @property {number} least how many events it has there, where it is accepted
 * @property {number} most
 * @property {string[]} mayBe the codes with which it may be refused
 * @property {'ok' | 'refused' | 'unclear'} outcome
 * @property {string} [code]
 * @property {{ topic: string, seq: number }[]} heads
 * @property {string[]} tries what each attempt came to
 * @property {number} at when the last answer came
 */

/**
 * A person who keeps working: the next command follows from the answer to the last, and what has no clear
 * answer is sent again, under the same id, until it has.
 * @param {{
 *   name: string, door: import('./command-doors.mjs').Door, principal: string, random: import('./random.mjs').Random,
 *   work: { next(): any }, everyMs: number,
 * }} options
 */
export function createCommandWriter({ name, door, principal, random, work, everyMs }) {
  /** @type {Sent[]} */
  const sent = [];
  const finishing = new AbortController();
  const givingUp = new AbortController();

  async function send({ type, data, event, topic, words, names, ...more }) {
    const { alsoOn = [], least = 1, most = 1, mayBe = ['conflict'] } = more;
    const command = { id: uuidv7(), type, data };
    /** @type {Sent} */
    const record = {
      id: command.id,
      door: name,
      principal,
      type,
      topic,
      event,
      bed: data.bed,
      words,
      names,
      ...{ alsoOn, least, most, mayBe },
      outcome: 'unclear',
      heads: [],
      tries: [],
      at: Date.now(),
    };
    sent.push(record);
    while (!givingUp.signal.aborted) {
      const attempt = await door.attempt(command);
      const { kind } = attempt;
      record.at = Date.now();
      record.tries.push(kind === 'ok' ? 'ok' : kind === 'refused' ? attempt.code : attempt.why);
      if (kind === 'ok') return Object.assign(record, { outcome: 'ok', heads: attempt.heads });
      if (kind === 'refused' && !passing.includes(attempt.code)) {
        const isIdTaken = attempt.issues?.some(({ path }) => path === 'id') === true;
        return Object.assign(record, { outcome: 'refused', code: isIdTaken ? 'id taken' : attempt.code });
      }
      await pause(random.between(50, 300), givingUp.signal);
    }
    return record;
  }

  async function run() {
    while (!finishing.signal.aborted) {
      const next = work.next();
      const { outcome } = await send(next);
      next.done(outcome === 'ok');
      await pause(random.between(everyMs / 2, everyMs * 1.5), finishing.signal);
    }
    door.close();
  }

  const running = run();
  return {
    sent,
    /** Begins nothing more; resolves when the last command has its answer, or the time is up. */
    async finish(within) {
      finishing.abort();
      const timer = setTimeout(() => givingUp.abort(), within);
      await running;
      clearTimeout(timer);
    },
    waitsFor: () => {
      const { type, id, tries } = sent.at(-1) ?? { tries: [] };
      return `${name}: ${type} ${id} after ${tries.join(', ') || 'nothing'}, ${door.doing()}`;
    },
    /** Says one more thing, after everything else. */
    lastWord: (command) => send(command),
  };
}
