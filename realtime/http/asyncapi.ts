import type { z } from 'zod';
import { modules } from '#domain/modules.ts';
import {
  acknowledgementOf,
  clientMessages,
  eventFrameSchema,
  serverMessages,
  skipSchema,
} from '#domain/protocol.ts';
import { jsonSchema } from './json-schema.ts';

/** The Socket.IO interface as an AsyncAPI 3 document, made from the schemas that both sides parse with. */
export function asyncApiDocument(serverUrl: string): Record<string, unknown> {
  const { host, protocol } = new URL(serverUrl);
  const client = Object.entries(clientMessages);
  const server = Object.entries(serverMessages);
  const events = modules.flatMap((module) => module.events);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Carewall',
      version: '1',
      description:
        'Socket.IO, namespace `/`, `auth: {token}`. Each message of a client is acknowledged with `{ok: true, …}` or `{ok: false, error}`.',
    },
    servers: { carewall: { host, protocol: protocol === 'https:' ? 'wss' : 'ws' } },
    channels: {
      socket: {
        address: '/',
        messages: Object.fromEntries(
          [...client, ...server].map(([name]) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: Object.fromEntries([
      ...client.map(([name]) => [name, operation('receive', name)]),
      ...server.map(([name]) => [name, operation('send', name)]),
    ]),
    components: {
      messages: {
        ...Object.fromEntries(
          client.map(([name, { payload, answer }]) => [
            name,
            {
              name,
              payload: jsonSchema(payload, 'input'),
              'x-acknowledgement': jsonSchema(acknowledgementOf(answer), 'output'),
            },
          ]),
        ),
        ...Object.fromEntries(
          server.map(([name, schema]) => [name, { name, payload: payloadOf(name, schema) }]),
        ),
      },
      schemas: {
        ...Object.fromEntries(
          events.map(({ type, summary, topic, data, example }) => [
            type,
            { description: `${summary} (${topic})`, ...jsonSchema(data, 'output'), examples: [example] },
          ]),
        ),
        ...Object.fromEntries(
          modules.flatMap((module) =>
            module.topics.map(({ kind, summary, state }) => [
              kind.replaceAll('/', '.').replaceAll('*', 'id'),
              { description: summary, ...jsonSchema(state, 'output') },
            ]),
          ),
        ),
      },
    },
  };

  function payloadOf(name: string, schema: z.ZodType): Record<string, unknown> {
    if (name !== 'event') return jsonSchema(schema, 'output');
    return {
      oneOf: [
        jsonSchema(skipSchema, 'output'),
        ...events.map(({ type }) => {
          const frame = jsonSchema(eventFrameSchema, 'output');
          return {
            ...frame,
            properties: {
              ...(typeof frame.properties === 'object' ? frame.properties : {}),
              type: { const: type },
              data: { $ref: `#/components/schemas/${type}` },
            },
          };
        }),
      ],
    };
  }
}

function operation(action: 'send' | 'receive', name: string): Record<string, unknown> {
  return {
    action,
    channel: { $ref: '#/channels/socket' },
    messages: [{ $ref: `#/channels/socket/messages/${name}` }],
  };
}
