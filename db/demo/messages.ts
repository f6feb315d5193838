import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { CommandRunner } from '../command-runner.ts';
import type { Databases } from '../databases.ts';
import { createSession, endSession } from '../sessions.ts';
import { demoOrganisation } from './demo-network.ts';

const huddle = 'de300000-0000-4000-8000-000000000001';
const direct = 'de300000-0000-4000-8000-000000000002';

const people = {
  'demo-nurse': 'Nurse',
  'demo-clinician': 'Clinician',
  'demo-command-center': 'Command centre',
  'demo-logistics': 'Logistics',
} as const;
type Who = keyof typeof people;

interface Step {
  readonly by: Who;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const say = (by: Who, conversation: string, number: number, text: string, more: object = {}): Step => ({
  by,
  type: 'message.send',
  data: { conversation, message: messageId(number), text, ...more },
});
const read = (by: Who, conversation: string, number: number): Step => ({
  by,
  type: 'message.mark-read',
  data: { conversation, message: messageId(number) },
});

function messageId(number: number): string {
  return `de300000-0000-4000-9000-0000000000${String(number).padStart(2, '0')}`;
}

/** A huddle of a unit with an urgent message that nobody has answered for, and two people among themselves. */
const steps: readonly Step[] = [
  {
    by: 'demo-nurse',
    type: 'conversation.start',
    data: {
      conversation: huddle,
      kind: 'group',
      title: '4 West huddle',
      members: ['demo-clinician', 'demo-command-center', 'demo-logistics', 'demo-pharmacist'],
    },
  },
  say(
    'demo-nurse',
    huddle,
    1,
    'Morning. Two discharges before noon, 4W-03 and 4W-11; both have transport booked.',
  ),
  say(
    'demo-command-center',
    huddle,
    2,
    'Thanks. ED has three waiting for medicine, the first one is isolated (droplet).',
  ),
  say('demo-command-center', huddle, 3, 'Can 4W-11 be cleaned first?', { replyTo: messageId(1) }),
  say('demo-logistics', huddle, 4, 'Yes, somebody will be there at half past ten.'),
  read('demo-nurse', huddle, 4),
  read('demo-command-center', huddle, 4),
  say(
    'demo-clinician',
    huddle,
    5,
    'Oxygen outlet in room 406 has failed. Do not place anybody there until engineering has been.',
    {
      priority: 'urgent',
    },
  ),
  {
    by: 'demo-nurse',
    type: 'conversation.start',
    data: { conversation: direct, kind: 'direct', members: ['demo-clinician'] },
  },
  say('demo-nurse', direct, 11, 'The family of 4W-07 would like to speak to you this afternoon.'),
  say('demo-clinician', direct, 12, 'I can be there at 15:00.'),
  say('demo-nurse', direct, 13, 'They will wait in the day room.'),
  read('demo-clinician', direct, 13),
];

/** Lets the people of the demo have said something to each other. What has been said stays as it is. */
export async function seedMessages({ identity }: Databases, commands: CommandRunner): Promise<void> {
  const org = demoOrganisation.id;
  const sessions = new Map<Who, string>();
  for (const { by, type, data } of steps) {
    const session = sessions.get(by) ?? (await createSession(identity, by, randomBytes(32)))?.id;
    // The account was disabled since: then it says nothing more.
    if (session === undefined) continue;
    sessions.set(by, session);
    const principal = { kind: 'person' as const, id: by, org, name: people[by] };
    const outcome = await commands.run({ principal, session }, { id: uuidv7(), type, data });
    // Somebody may have left the huddle since.
    if (outcome.ok || outcome.error.code === 'conflict' || outcome.error.code === 'not_found') continue;
    throw new Error(`cannot add a demo message: ${outcome.error.message}`);
  }
  for (const session of sessions.values()) await endSession(identity, { session });
}
