import { v7 as uuidv7 } from 'uuid';
import { createAccount } from '../accounts.ts';
import type { CommandRunner } from '../command-runner.ts';
import type { Databases } from '../databases.ts';
import { createFeed } from '../feeds.ts';
import { createOrganisation, createPlace } from '../network.ts';
import { seedAccess } from './access.ts';
import { seedAppointments } from './appointments.ts';
import {
  demoAccounts,
  demoBeds,
  demoFacility,
  demoFeed,
  demoLocum,
  demoMapping,
  demoOrganisation,
  demoPlaces,
  demoUnits,
} from './demo-network.ts';
import { seedMessages } from './messages.ts';
import { communityGrants, communityPlaces, seedAvailability } from './network.ts';
import { seedDemoOffice } from './office.ts';
import { seedDemoPayments } from './payments.ts';
import { seedWaitingDisplays } from './walls.ts';

/**
 * Makes the demo network where it is not there: places, accounts, the feed, beds. What stands already stays as it is.
 * `passwordHash` is that of every demo account.
 */
export async function seedDemo(
  databases: Databases,
  commands: CommandRunner,
  passwordHash: string,
): Promise<void> {
  const { app, identity } = databases;
  const org = demoOrganisation.id;
  await createOrganisation(identity, demoOrganisation);
  for (const place of [...demoPlaces(), ...communityPlaces()]) await createPlace(app, org, place);
  for (const { role, place, ...account } of [...demoAccounts(), demoLocum]) {
    await createAccount(identity, {
      ...account,
      org,
      passwordHash,
      grants: [{ role, place }, ...communityGrants(role)],
    });
  }
  await createFeed(identity, { ...demoFeed, org, facility: demoFacility.code, place: demoFacility.id });
  const provisioning = {
    principal: { kind: 'system' as const, id: 'provisioning', org, name: 'Provisioning' },
    session: undefined,
  };
  for (const unit of demoUnits) {
    await Promise.all(
      demoBeds(unit).map(async (bed) => {
        const outcome = await commands.run(provisioning, {
          id: uuidv7(),
          type: 'bed.add',
          data: { unit: unit.id, ...bed },
        });
        if (!outcome.ok && outcome.error.code !== 'conflict')
          throw new Error(`cannot add a demo bed: ${outcome.error.message}`);
      }),
    );
  }
  await commands.run(provisioning, {
    id: uuidv7(),
    type: 'feed.map-location',
    data: { feed: demoFeed.id, ...demoMapping },
  });
  await seedDemoPayments(commands);
  await seedAppointments(commands, new Date().toISOString());
  await seedAvailability(databases, commands);
  await seedMessages(databases, commands);
  await seedWaitingDisplays(databases);
  await seedAccess(commands);
}

/** The same for people who look at a demo: with what its administrators find to do, which tests would count. */
export async function seedInhabitedDemo(
  databases: Databases,
  commands: CommandRunner,
  passwordHash: string,
): Promise<void> {
  await seedDemo(databases, commands, passwordHash);
  await seedDemoOffice(databases, commands);
}
