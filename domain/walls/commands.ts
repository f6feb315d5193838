import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { CommandDefinition } from '../module.ts';
import { idSchema } from '../topic.ts';
import type { WallRight } from './access.ts';
import { boardKinds, wallViews } from './boards.ts';
import { wallNameSchema } from './schema.ts';
import { typedUserCodeSchema } from './user-code.ts';

const wall = idSchema;

/** An approval of one of the displays that wait in the demo network (`db/demo/walls.ts`). */
const approval = (id: string, userCode: string) => ({
  wall: id,
  userCode,
  name: 'Corridor of 4 West',
  board: { kind: 'unit', place: '4w' },
  view: 'operational',
});
const given = (id: string, userCode: string) => [{ type: 'wall.approve', data: approval(id, userCode) }];

/** Each command about walls: its data, the right it asks for, an example. */
const definitions = {
  'wall.approve': {
    summary: 'Let the display that shows this code show one board in one view',
    right: 'walls.manage',
    data: z.strictObject({
      /** The id of the wall that it becomes. */
      wall,
      userCode: typedUserCodeSchema,
      name: wallNameSchema,
      board: z.strictObject({ kind: z.enum(boardKinds), place: idSchema }),
      view: z.enum(wallViews),
    }),
    example: { data: approval('example-approve', 'DMWL-BBBB') },
  },
  'wall.deny': {
    summary: 'Turn the display that shows this code away',
    right: 'walls.manage',
    data: z.strictObject({ userCode: typedUserCodeSchema }),
    example: { data: { userCode: 'DMWL-CCCC' } },
  },
  'wall.rename': {
    summary: 'Give a wall another name',
    right: 'walls.manage',
    data: z.strictObject({ wall, name: wallNameSchema }),
    example: {
      given: given('example-rename', 'DMWL-DDDD'),
      data: { wall: 'example-rename', name: 'Nurses’ station of 4 West' },
    },
  },
  'wall.revoke': {
    summary: 'Take a wall’s right to show anything away, for good',
    right: 'walls.manage',
    data: z.strictObject({ wall }),
    example: { given: given('example-revoke', 'DMWL-FFFF'), data: { wall: 'example-revoke' } },
  },
  'wall.record-contacts': {
    summary: 'These walls’ devices were connected since this was last written down',
    right: 'walls.observe',
    data: z.strictObject({
      devices: z
        .array(z.strictObject({ account: idSchema, at: instantSchema }))
        .min(1)
        .max(5_000),
    }),
    example: { data: { devices: [{ account: 'a-device', at: '2026-03-01T08:00:00.000Z' }] } },
  },
} as const satisfies Record<string, Omit<CommandDefinition, 'type'> & { readonly right: WallRight }>;

const wallCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('wall.approve'), data: definitions['wall.approve'].data }),
  z.object({ type: z.literal('wall.deny'), data: definitions['wall.deny'].data }),
  z.object({ type: z.literal('wall.rename'), data: definitions['wall.rename'].data }),
  z.object({ type: z.literal('wall.revoke'), data: definitions['wall.revoke'].data }),
  z.object({ type: z.literal('wall.record-contacts'), data: definitions['wall.record-contacts'].data }),
]);

/** A parsed command of this context: its type with the data that belongs to it. */
export type WallCommand = z.infer<typeof wallCommandSchema>;
/** One type of command with its data. */
export type WallCommandOf<T extends WallCommand['type']> = Extract<WallCommand, { type: T }>;

export const wallCommands: readonly CommandDefinition[] = Object.entries(definitions).map(
  ([type, definition]) => ({ type, ...definition }),
);

/** The command as one of this context's. Raises a ZodError for any other. */
export function parseWallCommand(command: { type: string; data: unknown }): WallCommand {
  return wallCommandSchema.parse(command);
}
