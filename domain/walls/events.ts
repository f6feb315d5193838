import { z } from 'zod';
import type { EventDefinition } from '../module.ts';
import { idSchema } from '../topic.ts';
import { type Wall, type WallContact, wallContactSchema, wallSchema } from './schema.ts';

const topic = 'org/*/walls';

export const wallChangedSchema = z.object({ from: wallSchema.optional(), to: wallSchema });
export const wallRevokedSchema = z.object({ wall: idSchema, from: wallSchema });
export const wallsHeardSchema = z.object({
  contacts: z.array(z.object({ from: wallContactSchema.optional(), to: wallContactSchema })).min(1),
});

const admin = { kind: 'person', id: 'an-admin', name: 'Admin' } as const;
const carewall = { kind: 'system', id: 'carewall', name: 'Carewall' } as const;
const at = '2026-03-01T08:00:00.000Z';

const wall: Wall = {
  id: 'a-wall',
  name: 'Corridor of 4 West',
  board: { kind: 'unit', place: { id: 'a-unit', name: '4 West' } },
  view: 'operational',
  account: 'a-device',
  approvedAt: at,
  approvedBy: admin,
  version: 1,
  asOf: at,
  source: admin,
};
const contact: WallContact = { wall: 'a-wall', at, version: 1, asOf: at, source: carewall };

export const wallEvents: readonly EventDefinition[] = [
  {
    type: 'wall.approved',
    summary: 'A display may show a board from now on',
    topic,
    data: wallChangedSchema,
    example: { to: wall },
  },
  {
    type: 'wall.renamed',
    summary: 'A wall has another name',
    topic,
    data: wallChangedSchema,
    example: { from: wall, to: { ...wall, name: 'Nurses’ station', version: 2 } },
  },
  {
    type: 'wall.revoked',
    summary: 'A wall may show nothing any more',
    topic,
    data: wallRevokedSchema,
    example: { wall: 'a-wall', from: wall },
  },
  {
    type: 'walls.heard',
    summary: 'Walls were connected; said at most once a minute by each node, of all of them at once',
    topic,
    data: wallsHeardSchema,
    example: { contacts: [{ to: contact }] },
  },
];
