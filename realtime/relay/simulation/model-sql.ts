import { z } from 'zod';
import { type Connection, connect, type Database } from '#db/connect.ts';
import type { ContextStore } from '#db/store.ts';
import type { Grant } from '#domain/identity/principal.ts';
import type { Module } from '#domain/module.ts';
import type { ModelLog } from './model-log.ts';
import type { Steps } from './steps.ts';

export const modelEpoch = 'model';

export interface ModelSqlOptions {
  readonly node: string;
  readonly log: ModelLog;
  readonly steps: Steps;
  readonly path: readonly string[];
  readonly grants: readonly Grant[];
}

// Never connects: it lends the model its type, and whatever the model does not answer fails.
const unconnected = connect('postgres://model.invalid/model', { max: 1, name: 'model' });

const reserved: Connection = Object.assign(unconnected, { release: () => undefined });

const topicValues = z.tuple([z.string(), z.string()]);
const eventsValues = z.tuple([z.string(), z.string(), z.number(), z.number()]);
const headsValues = z.tuple([z.array(z.string()), z.array(z.string())]);
const stateValues = z.tuple([z.string()]);
const queryArguments = z.tuple([z.array(z.string())]).rest(z.unknown());

/** Postgres as a node's rooms ask it: the real queries, known by their text, answered by the model of the log. */
export function createModelSql(options: ModelSqlOptions): Database {
  const { node, log, steps } = options;

  async function asked<Result>(name: string, work: () => Result): Promise<Result> {
    await steps.park(undefined, `${node} ${name} runs`);
    const result = work();
    await steps.park(node, `${node} ${name} is answered`);
    return result;
  }

  function query(text: string, values: readonly unknown[]): Promise<unknown[]> {
    if (text.includes('jsonb_agg') && text.includes('clock_timestamp() as at')) {
      const [, topics] = headsValues.parse(values);
      return asked('heads', () => [
        {
          at: new Date(steps.now()),
          epoch: modelEpoch,
          heads: topics.map((topic) => ({ org: log.org, topic, seq: log.committed(topic).length })),
        },
      ]);
    }
    if (text.includes('and seq > ')) {
      const [, topic, after, limit] = eventsValues.parse(values);
      return asked('events', () => log.committed(topic).slice(after, after + limit));
    }
    if (text.includes('order by seq limit 1')) {
      const [, topic] = topicValues.parse(values);
      return asked('oldest', () => log.committed(topic).slice(0, 1));
    }
    if (text.includes('select p.path')) return Promise.resolve([{ path: options.path }]);
    throw new Error(`the model does not know: ${text}`);
  }

  /** One transaction: all its queries see the moment at which the first of them runs. */
  function reserve(): Connection {
    let moment: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

    async function answer(text: string, values: readonly unknown[]): Promise<unknown[]> {
      moment ??= asked(
        'snapshot',
        () => new Map(log.topics.map((topic) => [topic, log.committed(topic).map(({ at }) => at)])),
      );
      const seen = await moment;
      if (text.includes('carewall.sessions')) return [{ grants: options.grants }];
      if (text.includes('carewall.topics')) {
        const [, topic] = topicValues.parse(values);
        const seq = seen.get(topic)?.length ?? 0;
        return [{ seq, path: options.path, epoch: modelEpoch, at: new Date(steps.now()) }];
      }
      if (text.includes('model state')) {
        const [topic] = stateValues.parse(values);
        return [{ state: seen.get(topic) ?? [] }];
      }
      return [];
    }

    return new Proxy(reserved, {
      apply(_target, _self, given) {
        const [strings, ...values] = queryArguments.parse(given);
        const answered = answer(strings.join('?'), values);
        return Object.assign(answered, { execute: () => answered });
      },
    });
  }

  return new Proxy<Database>(unconnected, {
    apply(_target, _self, given) {
      const [strings, ...values] = queryArguments.parse(given);
      return query(strings.join('?'), values);
    },
    get(target, name, receiver) {
      return name === 'reserve' ? async () => reserve() : Reflect.get(target, name, receiver);
    },
  });
}

const stateRows = z.array(z.object({ state: z.unknown() }));

/** The rows of a topic as the simulation keeps them: a state is the list of what happened. */
export function createModelStore(module: Module): ContextStore {
  return {
    module,
    prepare() {
      throw new Error('the model has no commands');
    },
    project: () => [],
    async snapshot({ connection }, kind, id) {
      const rows = await connection`model state ${kind.replace('*', id ?? '')}`.execute();
      return { schema: z.unknown(), value: stateRows.parse(rows)[0]?.state };
    },
  };
}
