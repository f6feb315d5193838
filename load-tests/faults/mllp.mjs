import { connect } from 'node:net';

const start = Buffer.from([0x0b]);
const end = Buffer.from([0x1c, 0x0d]);

/**
 * A sender's end of MLLP: one message under way at a time, and its acknowledgement.
 * @param {{ port: number, withinMs: number }} options
 */
export function createMllpSender({ port, withinMs }) {
  /** @type {import('node:net').Socket | undefined} */
  let socket;

  return {
    /**
     * Gives the acknowledgement; nothing where it is not known what became of the message.
     * @param {string} message
     * @returns {Promise<string | undefined>}
     */
    async send(message) {
      const open = socket ?? connect({ host: '127.0.0.1', port, noDelay: true });
      socket = open;
      const answer = await new Promise((resolve) => {
        let got = Buffer.alloc(0);
        const done = (outcome) => {
          clearTimeout(timer);
          open.removeAllListeners();
          open.on('error', () => undefined);
          resolve(outcome);
        };
        const timer = setTimeout(() => done(undefined), withinMs);
        open.on('error', () => done(undefined));
        open.on('close', () => done(undefined));
        open.on('data', (chunk) => {
          got = Buffer.concat([got, chunk]);
          const at = got.indexOf(end);
          if (at !== -1) done(got.subarray(1, at).toString('utf8'));
        });
        open.write(Buffer.concat([start, Buffer.from(message), end]));
      });
      // What a late answer on this connection belongs to could not be told.
      if (answer === undefined) this.close();
      return answer;
    },
    close() {
      socket?.destroy();
      socket = undefined;
    },
  };
}
