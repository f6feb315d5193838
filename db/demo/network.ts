import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Role } from '#domain/identity/roles.ts';
import { instantOf } from '#domain/instant.ts';
import type { LevelOfCare } from '#domain/network/levels.ts';
import type { CommandRunner } from '../command-runner.ts';
import type { Databases } from '../databases.ts';
import type { NewPlace } from '../network.ts';
import { createSession, endSession } from '../sessions.ts';
import { demoFacility, demoOrganisation } from './demo-network.ts';

const { timezone } = demoFacility;

/** Small facilities of the community, of which only counts are known. */
const communityFacilities = [
  { id: 'crisis', code: 'HCC', name: 'Harbour Crisis Centre' },
  { id: 'detox', code: 'WDX', name: 'Willow Detox' },
  { id: 'nursing', code: 'LNH', name: 'Lotus Nursing Home' },
] as const;

interface DemoCount {
  readonly facility: string;
  readonly level: LevelOfCare;
  readonly available: number;
  readonly capacity: number;
  readonly minutesAgo: number;
  readonly validForMinutes: number;
}

/** What was counted before somebody first looks: long ago or just now; one count nobody has confirmed in its time. */
const counts: readonly DemoCount[] = [
  {
    facility: 'rgh',
    level: 'medical-surgical',
    available: 9,
    capacity: 60,
    minutesAgo: 35,
    validForMinutes: 720,
  },
  {
    facility: 'rgh',
    level: 'intensive-care',
    available: 1,
    capacity: 12,
    minutesAgo: 35,
    validForMinutes: 240,
  },
  {
    facility: 'crisis',
    level: 'crisis-stabilisation',
    available: 6,
    capacity: 16,
    minutesAgo: 12,
    validForMinutes: 480,
  },
  {
    facility: 'crisis',
    level: 'psychiatric',
    available: 0,
    capacity: 10,
    minutesAgo: 140,
    validForMinutes: 480,
  },
  {
    facility: 'detox',
    level: 'withdrawal-management',
    available: 2,
    capacity: 14,
    minutesAgo: 55,
    validForMinutes: 480,
  },
  {
    facility: 'detox',
    level: 'residential-treatment',
    available: 8,
    capacity: 20,
    minutesAgo: 1_500,
    validForMinutes: 720,
  },
  {
    facility: 'nursing',
    level: 'skilled-nursing',
    available: 11,
    capacity: 40,
    minutesAgo: 300,
    validForMinutes: 1_440,
  },
  {
    facility: 'nursing',
    level: 'hospice',
    available: 1,
    capacity: 6,
    minutesAgo: 300,
    validForMinutes: 1_440,
  },
];

/** The community's facilities as places, after their parent. */
export function communityPlaces(): NewPlace[] {
  return communityFacilities.map((facility) => ({
    ...facility,
    kind: 'facility',
    parent: demoOrganisation.id,
    timezone,
  }));
}

/** Where in the community the account of a role reaches besides: a provider updates a crisis centre, too. */
export function communityGrants(role: Role): { role: Role; place: string }[] {
  return role === 'provider' ? [{ role, place: 'crisis' }] : [];
}

/** Attests what the demo begins with, as people would have. What somebody has counted already stays as it is. */
export async function seedAvailability(
  { identity }: Databases,
  commands: CommandRunner,
  nowMs = Date.now(),
): Promise<void> {
  const org = demoOrganisation.id;
  const people = [
    { account: 'demo-provider', name: 'Provider', facilities: ['rgh', 'crisis'] },
    { account: 'demo-admin', name: 'Admin', facilities: ['detox', 'nursing'] },
  ];
  for (const { account, name, facilities } of people) {
    const session = await createSession(
      identity,
      account,
      createHash('sha256').update(randomBytes(32)).digest(),
    );
    if (session === undefined) throw new Error(`there is no account ${account}`);
    for (const { minutesAgo, ...count } of counts.filter(({ facility }) => facilities.includes(facility))) {
      const outcome = await commands.run(
        { principal: { kind: 'person', id: account, org, name }, session: session.id },
        {
          id: uuidv7(),
          type: 'availability.attest',
          data: { ...count, asOf: instantOf(nowMs - minutesAgo * 60_000) },
          expect: 0,
        },
      );
      // An account of an earlier demo may reach less far.
      if (!outcome.ok && !['conflict', 'not_found', 'forbidden'].includes(outcome.error.code))
        throw new Error(`cannot attest a demo count: ${outcome.error.message}`);
    }
    await endSession(identity, { session: session.id });
  }
}
