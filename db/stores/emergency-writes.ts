import { isReviewEvent, reviewArchivedSchema, reviewChangedSchema } from '#domain/emergency/events.ts';
import { listedForMs, type Review, reviewSchema } from '#domain/emergency/schema.ts';
import { instantOf, millis } from '#domain/instant.ts';
import type { NewEvent } from '#domain/module.ts';
import type { StoreContext, Write } from '../store.ts';

/** The rows to write after events about emergency access: the access, and with its beginning and end the right it gives. */
export function reviewWrites(events: readonly NewEvent[]): Write[] {
  return events.flatMap(({ type, data }) => {
    if (!isReviewEvent(type)) return [archiveWrite(reviewArchivedSchema.parse(data).review)];
    const { from, to } = reviewChangedSchema.parse(data);
    if (from === undefined) return [givenWrite(to)];
    return [from.ended === undefined && to.ended !== undefined ? endedWrite(to) : changedWrite(to)];
  });
}

function givenWrite(review: Review): Write {
  const { id, person, unit, beganAt, until, status, dueAt, version } = review;
  return {
    schema: reviewSchema,
    value: review,
    save: (context, sealed) => {
      const { org, connection } = context;
      return Promise.all([
        connection`
          insert into carewall.emergency_accesses
            (org_id, id, account, unit, began_at, until, status, falls_due_at, version, entity)
          values (${org}, ${id}, ${person.id}, ${unit.id}, ${beganAt}, ${until}, ${status}, ${dueAt}, ${version},
            ${connection.json(sealed)})`.execute(),
        connection`
          insert into carewall.grants (org_id, account, role, place, until)
          values (${org}, ${person.id}, 'emergency', ${unit.id}, ${until})`.execute(),
        logRights(context, person.id),
      ]);
    },
  };
}

function endedWrite(review: Review): Write {
  const { id, person, unit, version } = review;
  return {
    schema: reviewSchema,
    value: review,
    save: (context, sealed) => {
      const { org, connection } = context;
      return Promise.all([
        connection`
          update carewall.emergency_accesses
          set until = null, version = ${version}, entity = ${connection.json(sealed)}
          where org_id = ${org} and id = ${id}`.execute(),
        connection`
          delete from carewall.grants
          where org_id = ${org} and account = ${person.id} and role = 'emergency' and place = ${unit.id}`.execute(),
        logRights(context, person.id),
      ]);
    },
  };
}

function changedWrite(review: Review): Write {
  const { id, status, overdue, dueAt, version, asOf } = review;
  const fallsDueAt = status === 'open' && !overdue ? dueAt : null;
  const leavesAt = status === 'closed' ? instantOf(millis(asOf) + listedForMs) : null;
  return {
    schema: reviewSchema,
    value: review,
    save: async ({ org, connection }, sealed) =>
      connection`
        update carewall.emergency_accesses
        set status = ${status}, falls_due_at = ${fallsDueAt}, leaves_at = ${leavesAt}, version = ${version},
          entity = ${connection.json(sealed)}
        where org_id = ${org} and id = ${id}`.execute(),
  };
}

function archiveWrite(id: string): Write {
  return {
    schema: reviewSchema.pick({ id: true }),
    value: { id },
    save: async ({ org, connection }) =>
      connection`
        update carewall.emergency_accesses set listed = false, leaves_at = null
        where org_id = ${org} and id = ${id}`.execute(),
  };
}

/** Tells the nodes that somebody's rights are others now. */
function logRights({ org, connection }: StoreContext, account: string): Promise<unknown> {
  return connection`insert into carewall.rights_log (org_id, principal) values (${org}, ${account})`.execute();
}
