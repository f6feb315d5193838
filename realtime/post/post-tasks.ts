import { Counter, Gauge } from 'prom-client';
import { v7 as uuidv7 } from 'uuid';
import { putIntoDemoMailbox } from '#db/jobs/demo-mailbox.ts';
import type { Task } from '#db/jobs/job-runner.ts';
import { countLetters, upkeepLetters } from '#db/jobs/letters.ts';
import type { PartContext } from '../part.ts';
import type { Carrier } from './delivery.ts';
import { letters } from './letters.ts';
import { createMailer } from './mailer.ts';
import { createPostTask } from './post-task.ts';
import { createTextSender } from './text-sender.ts';

/** Sends the letters that were ordered, and clears away what is left of them. */
export function postTasks(context: PartContext): readonly Task[] {
  const { settings, databases, commands, publicUrl, log, metrics } = context;
  const { smtp, sms, demo } = settings;
  const registers = [metrics.registry];
  const ended = new Counter({
    name: 'carewall_letters_total',
    help: 'Letters that reached their end',
    labelNames: ['letter', 'outcome'],
    registers,
  });
  new Gauge({
    name: 'carewall_letters',
    help: 'Letters that wait to be sent, and those that were given up in the last month',
    labelNames: ['status'],
    registers,
    async collect() {
      const { waiting, failed } = await countLetters(databases.relay);
      this.set({ status: 'waiting' }, waiting);
      this.set({ status: 'failed' }, failed);
    },
  });
  const missing = ([name, carrier]: readonly [string, unknown]) => (carrier === undefined ? [name] : []);
  const silent = [['mail', smtp] as const, ['text messages', sms] as const].flatMap(missing);
  if (!demo && silent.length > 0)
    log.warn({ silent }, 'no service is set up for these: letters are given up');

  const shown = demo ? (channel: 'email' | 'phone') => demoCarrier(context, channel) : undefined;
  const post = createPostTask({
    app: databases.app,
    letters,
    publicUrl,
    carriers: {
      email: smtp === undefined ? shown?.('email') : createMailer(smtp),
      phone: sms === undefined ? shown?.('phone') : createTextSender(sms),
    },
    async tell(org, { type, data }) {
      const principal = { kind: 'system' as const, id: 'carewall', org, name: 'Carewall' };
      const outcome = await commands.run({ principal, session: undefined }, { id: uuidv7(), type, data });
      if (!outcome.ok && outcome.error.code === 'unavailable')
        throw new Error('the command could not be run');
    },
    onEnd(id, letter, end) {
      ended.inc({ letter, outcome: end.status });
      if (end.status === 'failed') log.warn({ post: id, letter, why: end.why }, 'a letter was given up');
    },
  });
  return [post, { name: 'post.upkeep', every: '17 * * * *', run: () => upkeepLetters(databases.relay) }];
}

/** A demo's letters go where its visitors can look at them. */
function demoCarrier({ databases, log }: PartContext, channel: 'email' | 'phone'): Carrier {
  return async ({ org, id, to, subject, text }) => {
    await putIntoDemoMailbox(databases.app, org, { id, channel, address: to, subject, body: text });
    log.info('a letter was put into the demo mailbox');
    return { outcome: 'sent' };
  };
}
