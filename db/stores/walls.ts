import { z } from 'zod';
import { parseWallCommand, type WallCommand } from '#domain/walls/commands.ts';
import { wallsModule } from '#domain/walls/module.ts';
import { wallsSchema } from '#domain/walls/schema.ts';
import { type ContextStore, type Loaded, parseOr, type StoreContext } from '../store.ts';
import type { Tagged } from '../vault.ts';
import { loadApproval, loadContacts, loadDenial, loadWall } from './wall-loads.ts';

/** Walls, and when each was last heard. */
export const wallsStore: ContextStore = {
  module: wallsModule,
  prepare: (command) =>
    parseOr(parseWallCommand, command, (parsed) => ({ load: (context) => load(context, parsed) })),
  project: (events) => {
    throw new Error(
      `no other context speaks for a wall, yet one said ${events.map(({ type }) => type).join(', ')}`,
    );
  },
  snapshot: (context, _kind, id = '') => snapshot(context, id),
};

function load(context: StoreContext, command: WallCommand): Promise<Loaded> {
  switch (command.type) {
    case 'wall.approve':
      return loadApproval(context, command);
    case 'wall.deny':
      return loadDenial(context, command);
    case 'wall.rename':
    case 'wall.revoke':
      return loadWall(context, command);
    case 'wall.record-contacts':
      return loadContacts(context, command);
    default:
      return command satisfies never;
  }
}

const organisationsSchema = z.array(z.object({ id: z.string(), name: z.string() }));
const rowsSchema = z.array(z.object({ id: z.string(), entity: z.unknown(), contact: z.unknown() }));

async function snapshot({ org, connection }: StoreContext, id: string): Promise<Tagged | undefined> {
  const [organisations, rows] = await Promise.all([
    connection`select id, name from carewall.organisations where id = ${org} and id = ${id}`.execute(),
    connection`
      select id, entity, contact from carewall.walls where org_id = ${org} and revoked_at is null order by id`.execute(),
  ]);
  const [organisation] = organisationsSchema.parse(organisations);
  if (organisation === undefined) return undefined;
  const walls = rowsSchema.parse(rows);
  const value = {
    organisation,
    walls: Object.fromEntries(walls.map((wall) => [wall.id, wall.entity])),
    contacts: Object.fromEntries(
      walls.flatMap((wall) => (wall.contact === null ? [] : [[wall.id, wall.contact]])),
    ),
  };
  return { schema: wallsSchema, value };
}
