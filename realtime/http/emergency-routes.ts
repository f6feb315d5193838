import { Hono } from 'hono';
import { insertAudit } from '#db/audit.ts';
import { actsDuring, findUnits } from '#db/emergency.ts';
import { atLeisureInOrganisation } from '#db/transaction.ts';
import { type EmergencyUnits, type ReviewActs, unitWordsSchema } from '#domain/emergency-doors.ts';
import { refuse, refuseInvalid } from '#domain/errors.ts';
import { mayAct, mayCommand } from '#domain/modules.ts';
import { sourceOf } from '#domain/source.ts';
import { idSchema } from '#domain/topic.ts';
import type { StartPart } from '../part.ts';
import type { Authenticated } from './authenticate.ts';
import { problem } from './problem.ts';

const mostUnits = 50;
const nothing = refuse('not_found', 'there is no such thing here');

/**
 * What emergency access needs beside its commands: the names of units one has no right to, for who may ask for it, and
 * what was done during an access, for who reviews it. Of both there is nothing for others.
 */
export const startEmergency: StartPart = ({ databases }) => {
  const behind = new Hono<Authenticated>();

  behind.get('/emergency/units', async (context) => {
    const { principal } = context.get('identified');
    const held = principal.grants.map(({ place }) => place);
    if (!mayCommand(principal.grants, 'access.break-glass', held)) return problem(nothing);
    const words = unitWordsSchema.safeParse(context.req.query('words') ?? '');
    if (!words.success) return problem(refuseInvalid(words.error, 'the query does not fit', 'words'));
    const found = await findUnits(databases.app, principal.org, { words: words.data, limit: mostUnits + 1 });
    const answer: EmergencyUnits = {
      units: found.slice(0, mostUnits).map(({ id, name, within }) => ({ id, name, within })),
      more: found.length > mostUnits,
    };
    return context.json(answer);
  });

  behind.get('/reviews/:review/acts', async (context) => {
    const { principal, session } = context.get('identified');
    const review = idSchema.safeParse(context.req.param('review'));
    if (!review.success) return problem(nothing);
    const found = await actsDuring(databases.app, principal.org, review.data);
    if (found === undefined || !mayAct(principal.grants, 'reviews.read', found.path)) return problem(nothing);
    // Written before it is told: what cannot be accounted for is not shown.
    await atLeisureInOrganisation(databases.app, principal.org, (connection) =>
      insertAudit(connection, {
        org: principal.org,
        principal: sourceOf(principal),
        session,
        action: 'review.read-acts',
        outcome: 'ok',
        details: { review: review.data },
      }),
    );
    const { acts, more } = found;
    const answer: ReviewActs = { acts: acts.map((act) => ({ ...act, topics: [...act.topics] })), more };
    return context.json(answer);
  });

  return { name: 'emergency', behind };
};
