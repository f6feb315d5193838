import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { CommandRunner } from '../command-runner.ts';
import { demoOrganisation } from './demo-network.ts';

/** The gateway of the demo, which is simulated. */
export const demoGateway = { id: 'simulated', name: 'Simulated gateway' } as const;

/** Names the demo's gateway where it is not there, with a secret that nobody is told. */
export async function seedDemoPayments(commands: CommandRunner): Promise<void> {
  const org = demoOrganisation.id;
  const outcome = await commands.run(
    {
      principal: { kind: 'system', id: 'provisioning', org, name: 'Provisioning' },
      session: undefined,
    },
    {
      id: uuidv7(),
      type: 'payment.configure-gateway',
      data: { gateway: demoGateway.id, name: demoGateway.name, secret: randomBytes(32).toString('hex') },
      expect: 0,
    },
  );
  if (!outcome.ok && outcome.error.code !== 'conflict')
    throw new Error(`cannot name the demo's gateway: ${outcome.error.message}`);
}
