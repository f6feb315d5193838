import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { CommandRunner, Outcome } from '../command-runner.ts';
import type { Databases } from '../databases.ts';
import { auditRefusedSignIn, createSession, endSession } from '../sessions.ts';
import { demoFacility, demoLocum, demoOrganisation } from './demo-network.ts';

const org = demoOrganisation.id;
const people = {
  'demo-admin': 'Admin',
  'demo-nurse': 'Nurse',
  'demo-pharmacist': 'Pharmacist',
} as const;
type Who = keyof typeof people;

interface Step {
  readonly by: Who;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const id = (number: number) => `de400000-0000-4000-8000-0000000000${String(number).padStart(2, '0')}`;
const incident = id(1);

/** A tablet that is missing, and how far the search for it is. It is reported first: it tells whether all of this was done. */
const report: Step = {
  by: 'demo-admin',
  type: 'incident.report',
  data: {
    incident,
    title: 'A tablet of 5 South is missing',
    kind: 'lost-device',
    severity: 'medium',
    what: 'It was last seen on the trolley at the handover of the night. It was locked, and shows no patients without a sign-in.',
  },
};

const contact = (
  facility: string,
  name: string,
  language: string,
  reachedAt: object,
  contactId: string,
): Step => ({
  by: 'demo-admin',
  type: 'contact.add',
  data: { facility, contact: contactId, name, language, reachedAt },
});

/** A pharmacist who saw a unit's patients in an emergency, and gave that back; the unit's nurse has looked into it. */
const emergency = (access: string, unit: string, reason: string, explanation: string): Step[] => [
  {
    by: 'demo-pharmacist',
    type: 'access.break-glass',
    data: { access, unit, reason, explanation, minutes: 30 },
  },
  { by: 'demo-pharmacist', type: 'access.end', data: { access } },
  { by: 'demo-nurse', type: 'alert.resolve', data: { unit, alert: `${access}.emergency-access` } },
];

const reviewed = (review: string, decision: string, note: string): Step => ({
  by: 'demo-admin',
  type: 'review.decide',
  data: { review, decision, note },
});

const patient = (number: number) => ({
  kind: 'patient',
  facility: demoFacility.code,
  mrn: `D${String(number).padStart(6, '0')}`,
});

const steps: readonly Step[] = [
  { by: 'demo-admin', type: 'incident.advance', data: { incident, to: 'investigating' } },
  {
    by: 'demo-admin',
    type: 'incident.note',
    data: {
      incident,
      text: 'Signed out from afar, and its sessions ended. Security looks at the lift cameras.',
    },
  },
  ...emergency(
    'demo-access-1',
    '4w',
    'emergency-treatment',
    'Called to a patient with anaphylaxis; needed the list of medicines at once.',
  ),
  reviewed('demo-access-1', 'justified', 'The ward confirms the call, at the minute it was made.'),
  {
    by: 'demo-admin',
    type: 'review.close',
    data: { review: 'demo-access-1', note: 'Nothing more to be done here.' },
  },
  ...emergency(
    'demo-access-2',
    'icu',
    'consultation',
    'Asked by intensive care about a dose for failing kidneys.',
  ),
  reviewed(
    'demo-access-2',
    'needs-follow-up',
    'Such questions come daily: give pharmacists a role on this unit.',
  ),
  ...emergency(
    'demo-access-3',
    '5s',
    'patient-worsening',
    'A patient after surgery reacted to a drug that I had dispensed.',
  ),
  contact('crisis', 'Duty nurse', 'en', { by: 'email', email: 'duty@harbour.example' }, 'demo-harbour-duty'),
  contact('crisis', 'Front desk', 'vi', { by: 'phone', phone: '+84905550101' }, 'demo-harbour-desk'),
  contact(
    'detox',
    'Intake desk',
    'en',
    { by: 'email', email: 'intake@willow.example' },
    'demo-willow-intake',
  ),
  contact(
    'nursing',
    'Điều dưỡng trưởng Lan',
    'vi',
    { by: 'email', email: 'lan@lotus.example' },
    'demo-lotus-lan',
  ),
  { by: 'demo-admin', type: 'link.send', data: { contact: 'demo-harbour-duty', link: id(2) } },
  { by: 'demo-admin', type: 'link.send', data: { contact: 'demo-willow-intake', link: id(3) } },
  {
    by: 'demo-nurse',
    type: 'privacy.ask',
    data: { account: 'demo-nurse', request: id(4), kind: 'export' },
  },
  {
    by: 'demo-admin',
    type: 'privacy.ask-for',
    data: { request: id(5), kind: 'erasure', about: patient(31) },
  },
  {
    by: 'demo-admin',
    type: 'hold.place',
    data: { hold: id(6), about: patient(17), reason: 'legal-dispute' },
  },
];

/** A facility that asks to take part, from a domain that nobody here has named. */
const facilityRequest = (askedAt: Date) => ({
  request: 'demo-facility-request',
  kind: 'facility',
  name: 'Bao Do',
  email: 'bao.do@magnolia.example',
  phone: '+84 90 555 0178',
  language: 'vi',
  application: {
    workplace: 'Nhà dưỡng lão Mộc Lan',
    address: '12 Lê Lợi, Huế',
    note: 'We have 24 beds for skilled nursing.',
  },
  askedAt: askedAt.toISOString(),
});

/** As often as somebody who guesses is let go on without having to wait, and a little more. */
const guesses = 7;

/**
 * Lets administrators of a demo find what they look after: an incident and an alert, reviews of emergency access, what
 * was asked about people's data, who is asked for counts. Once in the life of a database: what was settled since stays so.
 */
export async function seedDemoOffice({ identity }: Databases, commands: CommandRunner): Promise<void> {
  const sessions = new Map<Who, string>();
  const run = async ({ by, type, data }: Step): Promise<Outcome | undefined> => {
    const session = sessions.get(by) ?? (await createSession(identity, by, randomBytes(32)))?.id;
    // The account was disabled since: then it does nothing more.
    if (session === undefined) return undefined;
    sessions.set(by, session);
    const principal = { kind: 'person' as const, id: by, org, name: people[by] };
    return commands.run({ principal, session }, { id: uuidv7(), type, data });
  };
  try {
    if ((await run(report))?.ok !== true) return;
    for (const step of steps) {
      const outcome = await run(step);
      if (outcome?.ok === false && outcome.error.code !== 'conflict')
        throw new Error(`cannot do ${step.type} for the demo: ${outcome.error.message}`);
    }
    const principal = { kind: 'system' as const, id: 'provisioning', org, name: 'Provisioning' };
    await commands.run(
      { principal, session: undefined },
      { id: uuidv7(), type: 'request.enter', data: facilityRequest(new Date(Date.now() - 50 * 60_000)) },
    );
    // Somebody guessed at a password: that is counted, and the alert follows by itself.
    for (let guess = 0; guess < guesses; guess += 1) {
      await auditRefusedSignIn(identity, { id: demoLocum.id, org, name: demoLocum.name }, 'unauthenticated', {
        client: { address: '203.0.113.24', userAgent: undefined },
      });
    }
  } finally {
    for (const session of sessions.values()) await endSession(identity, { session });
  }
}
