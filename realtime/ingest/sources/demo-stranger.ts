import { demoFacility, demoFeed } from '#db/demo/demo-network.ts';
import { connectMllp } from '../mllp/client.ts';

export interface DemoStrangerOptions {
  readonly host: string;
  readonly port: number;
  readonly firstMs: number;
  readonly everyMs: number;
  /** No more than so many in the life of a server: a demo's quarantine is to be looked at, not to fill. */
  readonly most: number;
}

/** Beds that the hospital has put up and nobody has told Carewall of. */
const unknownBeds = ['4W^413^1', '5S^509^2', '4W^413^2'] as const;

/** Sends, now and then, an admission into a bed that nobody knows, so that the demo's quarantine has something in it. */
export function startDemoStranger(options: DemoStrangerOptions): { stop(): Promise<void> } {
  const begun = Date.now();
  let sent = 0;
  let stopped = false;
  let sending: Promise<void> = Promise.resolve();
  let timer = setTimeout(run, options.firstMs);

  async function send(): Promise<void> {
    const client = await connectMllp({ host: options.host, port: options.port });
    try {
      await client.send(strangerMessage(begun, sent));
      sent += 1;
    } finally {
      await client.close();
    }
  }

  function run(): void {
    // A demo that cannot be reached has other troubles; it is tried again.
    sending = send()
      .catch(() => undefined)
      .then(() => {
        if (!stopped && sent < options.most) timer = setTimeout(run, options.everyMs);
      });
  }

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await sending;
    },
  };
}

function strangerMessage(begun: number, index: number): string {
  const at = `${new Date().toISOString().replace(/[-:T]/g, '').slice(0, 14)}+0000`;
  const number = `${begun.toString(36)}${index}`.toUpperCase();
  const { code } = demoFacility;
  return [
    `MSH|^~\\&|${demoFeed.application}|${code}|CAREWALL|${code}|${at}||ADT^A01^ADT_A01|X${number}|P|2.5.1||||||UNICODE UTF-8`,
    `EVN|A01|${at}||||${at}`,
    `PID|1||X${number}^^^${code}^MR||Ngô^Thảo||19700214|F`,
    `PV1|1|I|${unknownBeds[index % unknownBeds.length]}^${code}${'|'.repeat(16)}X${number}`,
    '',
  ].join('\r');
}
