import { v7 as uuidv7 } from 'uuid';
import type { CommandRunner } from '../command-runner.ts';
import { demoFacility, demoOrganisation } from './demo-network.ts';

/** What an administrator of the demo finds to do: somebody invited, somebody who asks, a domain that is known. */
export async function seedAccess(commands: CommandRunner): Promise<void> {
  const domain = 'riverside.example';
  const waiting = [
    { type: 'domain.add', data: { domain, place: demoFacility.id } },
    {
      type: 'request.enter',
      data: {
        request: 'demo-request',
        kind: 'clinician',
        name: 'Dr Hoa Le',
        email: `hoa.le@${domain}`,
        phone: '+84 90 555 0144',
        language: 'vi',
        application: {
          profession: 'Paediatrician',
          registration: '004511/BYT-CCHN',
          workplace: demoFacility.name,
          note: 'I begin on 4 West on Monday.',
        },
        askedAt: new Date(Date.now() - 3 * 3_600_000).toISOString(),
      },
    },
    {
      type: 'account.invite',
      data: {
        invitation: 'demo-invitation',
        email: `quang.bui@${domain}`,
        name: 'Quang Bui',
        language: 'vi',
        roles: [{ role: 'nurse', place: 'icu' }],
      },
    },
  ];
  const principal = {
    kind: 'system' as const,
    id: 'provisioning',
    org: demoOrganisation.id,
    name: 'Provisioning',
  };
  // What was answered or withdrawn since stays so: the ids are taken.
  for (const { type, data } of waiting)
    await commands.run({ principal, session: undefined }, { id: uuidv7(), type, data });
}
