import { Hono } from 'hono';
import { demoOrganisation } from '#db/demo/demo-network.ts';
import { readDemoMailbox } from '#db/jobs/demo-mailbox.ts';
import type { StartPart } from '../part.ts';

/** The mailbox of a demo, for whoever looks at the demo. Without one there is no such route. */
export const startDemoMailbox: StartPart = ({ settings, databases }) => {
  if (!settings.demo) return { name: 'demo mailbox' };
  const open = new Hono();
  open.get('/demo/mailbox', async (context) =>
    context.json({ letters: await readDemoMailbox(databases.app, demoOrganisation.id) }, 200, {
      'cache-control': 'no-store',
    }),
  );
  return { name: 'demo mailbox', open };
};
