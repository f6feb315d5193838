import { Hono } from 'hono';
import type { CommandRunner } from '#db/command-runner.ts';
import { commandSchema } from '#domain/protocol.ts';
import type { RefusalAudit } from '../audit/refusals.ts';
import type { StageMetrics } from '../metrics.ts';
import type { Authenticated } from './authenticate.ts';
import { clientOf } from './client-of.ts';
import { problem } from './problem.ts';
import { readJson } from './read-json.ts';

/** The same commands as over the socket, with the same answers. */
export function commandRoutes(
  commands: CommandRunner,
  metrics: StageMetrics,
  refusals: RefusalAudit,
): Hono<Authenticated> {
  const routes = new Hono<Authenticated>();
  routes.post('/commands', async (context) => {
    const read = await readJson(context.req.raw, commandSchema);
    const { principal, session } = context.get('identified');
    if (!read.ok) {
      const client = clientOf(context);
      refusals.refused({ principal, session, action: 'command', code: read.error.code, client });
      return problem(read.error);
    }
    const timer = metrics.commandSeconds.startTimer({ door: 'http' });
    const outcome = await commands.run({ principal, session }, read.data);
    timer();
    metrics.commands.inc({
      type: outcome.ok ? read.data.type : 'refused',
      outcome: outcome.ok ? 'ok' : outcome.error.code,
      door: 'http',
    });
    if (!outcome.ok) return problem(outcome.error);
    const { heads, result } = outcome;
    return context.json({ heads, ...(result === undefined ? {} : { result }) });
  });
  return routes;
}
