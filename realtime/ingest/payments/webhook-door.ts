import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { type Refusal, refuse, refuseInvalid } from '#domain/errors.ts';
import { type GatewayNotice, gatewayNoticeSchema } from '#domain/payments/gateway-event.ts';
import { problem } from '../../http/problem.ts';
import { isSignedBy, readSignature, signatureHeader } from './signature.ts';
import { readWebhookBody } from './webhook-body.ts';

/** Who may sign, as far as the door needs to know them. */
export interface WebhookSource {
  readonly org: string;
  readonly id: string;
  readonly secret: string;
}

export interface WebhookDoorOptions<Source extends WebhookSource> {
  readonly findSource: (source: string) => Promise<Source | undefined>;
  /** Resolves when it is committed; until then nothing is answered. */
  readonly store: (
    source: Source,
    notice: GatewayNotice,
    body: string,
  ) => Promise<'stored' | 'known' | 'other'>;
  readonly onStored: () => void;
  readonly now: () => number;
}

/** Signs for nobody: so that a source that does not exist takes as long to refuse as one that does. */
const nobody = randomBytes(32).toString('hex');

/**
 * The webhooks of payment gateways: checked, stored, answered; what comes of them is for the worker. The same one
 * again is answered the same and does nothing.
 */
export function createWebhookDoor<Source extends WebhookSource>(options: WebhookDoorOptions<Source>): Hono {
  const door = new Hono();
  door.post('/webhooks/payments/:source', async (context) => {
    const body = await readWebhookBody(context.req.raw);
    if ('code' in body) return problem(body);
    const signature = readSignature(context.req.header(signatureHeader), options.now());
    if ('code' in signature) return problem(signature);
    const source = await options.findSource(context.req.param('source'));
    const signed = isSignedBy(source?.secret ?? nobody, signature, body);
    if (source === undefined || !signed) {
      return problem(refuse('unauthenticated', 'the signature is not of this source'));
    }
    const read = readNotice(body);
    if ('code' in read) return problem(read);
    const stored = await options.store(source, read.notice, read.text);
    if (stored === 'other') {
      const issue = { path: 'event.id', message: 'was used for something else' };
      return problem(refuse('conflict', 'something else was told under this id', [issue]));
    }
    if (stored === 'stored') options.onStored();
    return context.json({ received: true, again: stored === 'known' });
  });
  return door;
}

function readNotice(body: Uint8Array): { notice: GatewayNotice; text: string } | Refusal {
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    json = JSON.parse(text);
  } catch {
    return refuse('invalid', 'the body is not valid JSON', [{ path: 'body', message: 'is not valid JSON' }]);
  }
  const parsed = gatewayNoticeSchema.safeParse(json);
  if (!parsed.success) return refuseInvalid(parsed.error, 'the body does not have the right shape');
  return { notice: parsed.data, text };
}
