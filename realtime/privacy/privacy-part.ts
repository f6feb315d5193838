import { Hono } from 'hono';
import { z } from 'zod';
import { insertAudit } from '#db/audit.ts';
import { carryOutNextRequest, type PrivacyWork, readArchive } from '#db/privacy-requests.ts';
import { applyRetention } from '#db/retention.ts';
import { refuse } from '#domain/errors.ts';
import { mayAct } from '#domain/modules.ts';
import { sourceOf } from '#domain/source.ts';
import type { Authenticated } from '../http/authenticate.ts';
import { problem } from '../http/problem.ts';
import type { StartPart } from '../part.ts';
import { startRounds } from '../rounds.ts';

const everyMs = 1_000;
const retentionEveryMs = 24 * 3_600_000;
const nothingThere = refuse('not_found', 'there is no such archive');

/** Carries out what people ask about their data, hands archives over, and throws away what is old. */
export const startPrivacyPart: StartPart = ({
  settings,
  databases,
  ring,
  vault,
  commands,
  onAppended,
  onFault,
  log,
}) => {
  const work: PrivacyWork = {
    databases,
    ring,
    vault,
    commands,
    keeps: settings.erasureKeeps,
    archiveDays: settings.retention.archives,
  };
  let cleanedAt = Number.NEGATIVE_INFINITY;

  async function round(stopping: () => boolean): Promise<void> {
    while (!stopping() && (await carryOutNextRequest(work))) onAppended();
    if (stopping() || Date.now() - cleanedAt < retentionEveryMs) return;
    cleanedAt = Date.now();
    const gone = await applyRetention(databases.privacy, settings.retention);
    log.info({ gone }, 'what was kept for long enough is thrown away');
  }

  const rounds = startRounds({ round, everyMs, atOnce: true, onFault });

  const behind = new Hono<Authenticated>();
  behind.on(['GET', 'POST'], '/privacy/archives/:request', async (context) => {
    const { principal, session } = context.get('identified');
    const request = z.uuid().safeParse(context.req.param('request'));
    const kept =
      request.success &&
      (await readArchive({ app: databases.app, vault }, principal.org, request.data, session));
    // What an account asked for is for its owner alone; what was written down for a patient, for who sees to it.
    const theirs =
      kept &&
      (kept.account === undefined
        ? mayAct(principal.grants, 'privacy.administer', [principal.org])
        : kept.account === principal.id);
    if (!theirs) return problem(nothingThere);
    const entry = { org: principal.org, principal: sourceOf(principal), session, action: 'privacy.download' };
    const details = { request: request.data };
    if (!kept.steppedUp) {
      await insertAudit(databases.identity, { ...entry, outcome: 'step_up', details });
      return problem(refuse('step_up', 'prove again that it is you'));
    }
    const bytes = await kept.open();
    if (bytes === undefined) return problem(nothingThere);
    await insertAudit(databases.identity, { ...entry, outcome: 'ok', details });
    if (context.req.method === 'POST') return context.json({ zip: Buffer.from(bytes).toString('base64') });
    return new Response(new Uint8Array(bytes), {
      headers: {
        'content-type': 'application/zip',
        'content-disposition': 'attachment; filename="carewall-data.zip"',
      },
    });
  });
  // Asked with either method: the page's way to doors of its own is a POST.
  behind.on(['GET', 'POST'], '/privacy/settings', (context) =>
    context.json({ retention: settings.retention, erasureKeeps: settings.erasureKeeps }),
  );

  return { name: 'privacy', behind, stop: rounds.stop };
};
