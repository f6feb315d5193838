import { z } from 'zod';
import type { WallCommandOf } from '#domain/walls/commands.ts';
import {
  type CodePlace,
  decideApprove,
  decideContacts,
  decideDeny,
  decideRename,
  decideRevoke,
} from '#domain/walls/decide.ts';
import { wallContactSchema, wallSchema } from '#domain/walls/schema.ts';
import { userCodeOf } from '#domain/walls/user-code.ts';
import type { Loaded, StoreContext } from '../store.ts';
import { answerPairing, contactWrites, wallWrites } from './wall-writes.ts';

const topicKind = 'org/*/walls';

const pathRowsSchema = z.array(
  z.object({ id: z.string(), kind: z.string(), name: z.string(), path: z.array(z.string()) }),
);
const wrongRowsSchema = z.array(z.object({ principal: z.string(), count: z.int() }));

/** Whether a display waits under a code, which is locked: of two who answer it, the second finds nothing. */
async function codePlace({ org, connection }: StoreContext, typed: string): Promise<CodePlace> {
  const userCode = userCodeOf(typed);
  const [, waiting, wrong] = await Promise.all([
    connection`select set_config('carewall.user_code', ${userCode}, true)`.execute(),
    connection`
      select user_code from carewall.wall_pairings
      where user_code = ${userCode} and status = 'waiting' and expires_at > clock_timestamp() for update`.execute(),
    // Of everybody in the organisation: who asks is for the decision to say.
    connection`
      select principal, count(*)::int as count from carewall.commands
      where org_id = ${org} and type in ('wall.approve', 'wall.deny') and at > clock_timestamp() - interval '10 minutes'
        and answer -> 'error' ->> 'code' = 'not_found'
      group by principal`.execute(),
  ]);
  const wrongCodes = new Map(
    wrongRowsSchema.parse(wrong).map(({ principal, count }) => [principal, count] as const),
  );
  return { org, waits: waiting.length > 0, wrongCodes };
}

/** What an approval is about: the display, the place of the board, and whatever stands under the wall's id. */
export async function loadApproval(
  context: StoreContext,
  command: WallCommandOf<'wall.approve'>,
): Promise<Loaded> {
  const { org, connection } = context;
  const { wall, userCode, board } = command.data;
  const [code, places, taken] = await Promise.all([
    codePlace(context, userCode),
    connection`
      select id, kind, name, path from carewall.places
      where org_id = ${org} and id = ${board.place} and kind in ('organisation', 'facility', 'unit')`.execute(),
    connection`select id from carewall.walls where org_id = ${org} and id = ${wall}`.execute(),
  ]);
  const [place] = pathRowsSchema.parse(places);
  return {
    path: place?.path,
    topicKind,
    decide: (decision) => {
      if (place === undefined) throw new Error('nobody may act where there is no place');
      return decideApprove({ ...code, place, taken: taken.length > 0 }, command, decision);
    },
    writes: (events) => [
      ...wallWrites(events),
      ...events.map(() => answerPairing(userCodeOf(userCode), { status: 'approved', wall })),
    ],
  };
}

/** What turning a display away is about. */
export async function loadDenial(
  context: StoreContext,
  { data }: WallCommandOf<'wall.deny'>,
): Promise<Loaded> {
  const code = await codePlace(context, data.userCode);
  return {
    path: [context.org],
    topicKind,
    decide: (decision) => decideDeny(code, decision),
    writes: () => [answerPairing(userCodeOf(data.userCode), { status: 'denied' })],
  };
}

const wallRowsSchema = z.array(
  z.object({ entity: wallSchema, path: z.array(z.string()), revoked: z.boolean() }),
);

/** The wall that a command names, revoked or not. */
export async function loadWall(
  { org, connection }: StoreContext,
  command: WallCommandOf<'wall.rename'> | WallCommandOf<'wall.revoke'>,
): Promise<Loaded> {
  const rows = await connection`
    select w.entity, p.path, w.revoked_at is not null as revoked from carewall.walls w
    join carewall.places p on p.org_id = w.org_id and p.id = w.place
    where w.org_id = ${org} and w.id = ${command.data.wall} for update of w`.execute();
  const [row] = wallRowsSchema.parse(rows);
  return {
    path: row?.path,
    topicKind,
    ...(row === undefined ? {} : { version: row.entity.version }),
    decide: (decision) => {
      if (row === undefined) throw new Error('nobody may act on a wall that is not there');
      const place = { org, wall: row.entity, revoked: row.revoked };
      return command.type === 'wall.rename' ? decideRename(place, command, decision) : decideRevoke(place);
    },
    writes: wallWrites,
  };
}

const heardRowsSchema = z.array(
  z.object({ id: z.string(), account: z.string(), contact: wallContactSchema.nullable() }),
);

/** The walls whose devices were connected. What is no wall any more is passed over. */
export async function loadContacts(
  { org, connection }: StoreContext,
  { data }: WallCommandOf<'wall.record-contacts'>,
): Promise<Loaded> {
  const at = new Map(data.devices.map((device) => [device.account, device.at]));
  const rows = await connection`
    select id, account, contact from carewall.walls
    where org_id = ${org} and account = any(${[...at.keys()]}::text[]) and revoked_at is null
    order by id for update`.execute();
  const heard = heardRowsSchema.parse(rows).flatMap(({ id, account, contact }) => {
    const moment = at.get(account);
    return moment === undefined ? [] : [{ wall: id, at: moment, contact: contact ?? undefined }];
  });
  return {
    path: [org],
    topicKind,
    decide: (decision) => decideContacts({ org, heard }, decision),
    writes: contactWrites,
  };
}
