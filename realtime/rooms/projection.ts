import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { OpenEvent } from '#db/event-log.ts';
import { type TopicDefinition, type ViewName, viewHoldsPhi } from '#domain/module.ts';
import { eventDefinition, modules } from '#domain/modules.ts';
import { taggedPaths, withoutPhi } from '#domain/phi.ts';
import type { Frame } from '#domain/protocol.ts';

const names = new Map<string, string>();

/**
 * The name a client gets for a view of a kind of topic. Opaque: it changes with the definition of the view, so that
 * the history of one is never folded onto another.
 */
export function opaqueViewName(definition: TopicDefinition, view: ViewName): string {
  const key = `${definition.kind} ${view}`;
  const known = names.get(key);
  if (known !== undefined) return known;
  const events = modules
    .flatMap((module) => module.events)
    .filter(({ topic }) => topic === definition.kind)
    .map(({ type, data, hiddenIn }) => [type, shapeOf(data), hiddenIn]);
  const shape = JSON.stringify([viewHoldsPhi[view], shapeOf(definition.state), events]);
  const name = `${view}.${createHash('sha256').update(shape).digest('base64url').slice(0, 6)}`;
  names.set(key, name);
  return name;
}

function shapeOf(schema: z.ZodType): unknown {
  return [z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' }), taggedPaths(schema)];
}

/** A topic's state as a view shows it. */
export function projectState(definition: TopicDefinition, view: ViewName, state: unknown): unknown {
  return viewHoldsPhi[view] ? state : withoutPhi(definition.state, state);
}

/** An event as the room of a view gets it. An event that no context declares is shown to nobody. */
export function projectEvent(topic: string, epoch: string, view: ViewName, event: OpenEvent): Frame {
  const definition = eventDefinition(event.type);
  const { seq, type, at, by } = event;
  if (definition === undefined || definition.hiddenIn?.includes(view))
    return { topic, epoch, seq, type: 'skip' };
  const data = viewHoldsPhi[view] ? event.data : withoutPhi(definition.data, event.data);
  return { topic, epoch, seq, type, at, by, data: frameDataSchema.parse(data) };
}

const frameDataSchema = z.record(z.string(), z.unknown());
