import { z } from 'zod';
import type { NewEvent } from '#domain/module.ts';
import { wallChangedSchema, wallRevokedSchema, wallsHeardSchema } from '#domain/walls/events.ts';
import { type Wall, wallContactSchema, wallSchema } from '#domain/walls/schema.ts';
import { toJson } from '../json.ts';
import type { Write } from '../store.ts';

/** The rows to write after events about one wall. */
export function wallWrites(events: readonly NewEvent[]): Write[] {
  return events.map(({ type, data }) => {
    if (type === 'wall.revoked') return revokeWall(wallRevokedSchema.parse(data).from);
    const { to } = wallChangedSchema.parse(data);
    return type === 'wall.approved' ? addWall(to) : renameWall(to);
  });
}

function addWall(wall: Wall): Write {
  return {
    schema: wallSchema,
    value: wall,
    save: async ({ org, connection }, sealed) =>
      connection`
        insert into carewall.walls (org_id, id, account, place, version, entity)
        values (${org}, ${wall.id}, ${wall.account}, ${wall.board.place.id}, ${wall.version}, ${connection.json(sealed)})`.execute(),
  };
}

function renameWall(wall: Wall): Write {
  return {
    schema: wallSchema,
    value: wall,
    save: async ({ org, connection }, sealed) =>
      Promise.all([
        connection`
          update carewall.walls set version = ${wall.version}, entity = ${connection.json(sealed)}
          where org_id = ${org} and id = ${wall.id}`.execute(),
        connection`
          update carewall.accounts set name = ${wall.name}
          where org_id = ${org} and id = ${wall.account} and kind = 'device'`.execute(),
      ]),
  };
}

/**
 * Ends whatever the wall's device may do, and tells the nodes. A device that was approved and has not taken its token
 * finds that it was turned away.
 */
function revokeWall({ id, account }: Wall): Write {
  return {
    schema: z.unknown(),
    value: null,
    save: async ({ org, connection }) =>
      Promise.all([
        connection`
          update carewall.walls set revoked_at = clock_timestamp() where org_id = ${org} and id = ${id}`.execute(),
        connection`
          update carewall.wall_pairings set status = 'denied'
          where org_id = ${org} and wall = ${id} and status = 'approved'`.execute(),
        connection`
          update carewall.sessions set ended_at = clock_timestamp(), ended_why = 'wall revoked'
          where org_id = ${org} and account = ${account} and ended_at is null`.execute(),
        connection`delete from carewall.grants where org_id = ${org} and account = ${account}`.execute(),
        connection`insert into carewall.rights_log (org_id, principal) values (${org}, ${account})`.execute(),
      ]),
  };
}

/** What became of a display that waited. A device that was approved has five minutes to take its token. */
export function answerPairing(
  userCode: string,
  answer: { readonly status: 'approved'; readonly wall: string } | { readonly status: 'denied' },
): Write {
  const wall = 'wall' in answer ? answer.wall : null;
  return {
    schema: z.unknown(),
    value: null,
    save: async ({ org, connection }) =>
      connection`
        update carewall.wall_pairings
        set org_id = ${org}, wall = ${wall}, status = ${answer.status},
          expires_at = clock_timestamp() + interval '5 minutes'
        where user_code = ${userCode} and status = 'waiting'`.execute(),
  };
}

/** The rows to write after walls were heard, in one query. */
export function contactWrites(events: readonly NewEvent[]): Write[] {
  return events.map(({ data }) => ({
    schema: z.array(wallContactSchema),
    value: wallsHeardSchema.parse(data).contacts.map(({ to }) => to),
    save: async ({ org, connection }, sealed) =>
      connection`
        update carewall.walls w set contact = c.contact
        from (select value as contact from jsonb_array_elements(${connection.json(toJson(sealed))})) as c
        where w.org_id = ${org} and w.id = c.contact ->> 'wall'`.execute(),
  }));
}
