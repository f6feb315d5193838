import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { viewHoldsPhi } from './module.ts';
import { modules } from './modules.ts';
import { mapTagged, phi, pseudonym, subject, taggedPaths, withoutPhi } from './phi.ts';

const schema = z.object({
  id: z.string(),
  subject: subject(),
  stay: pseudonym(),
  name: phi(z.string()),
  nested: z.object({ note: phi(z.string()), free: z.string() }).optional(),
  list: z.array(z.object({ name: phi(z.string()), n: z.int() })),
  map: z.record(z.string(), z.object({ name: phi(z.string()) })),
  either: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('plain'), text: z.string() }),
    z.object({ kind: z.literal('named'), name: phi(z.string()) }),
  ]),
});

const secret = 'SECRET';
const value = {
  id: 'a',
  subject: secret,
  stay: secret,
  name: secret,
  nested: { note: secret, free: 'free' },
  list: [{ name: secret, n: 1 }],
  map: { x: { name: secret } },
  either: { kind: 'named', name: secret },
};

describe('tags', () => {
  test('are found wherever a field can stand', () => {
    expect(taggedPaths(schema).map(({ path }) => path)).toEqual([
      'subject',
      'stay',
      'name',
      'nested.note',
      'list[].name',
      'map{}.name',
      'either.name',
    ]);
  });

  test('INV-4.3 take their fields away, and nothing else', () => {
    expect(withoutPhi(schema, value)).toEqual({
      id: 'a',
      nested: { free: 'free' },
      list: [{ n: 1 }],
      map: { x: {} },
      either: { kind: 'named' },
    });
    expect(JSON.stringify(value)).toContain(secret);
  });

  test('know the subject of a field from its own object or the nearest above', () => {
    const owners: (string | undefined)[] = [];
    mapTagged(schema, value, (tag, field, owner) => {
      if (tag === 'phi') owners.push(owner);
      return field;
    });
    expect(owners).toEqual([secret, secret, secret, secret, secret]);
  });

  test('may not stand in a union whose member cannot be told', () => {
    const hidden = z.object({ either: z.union([z.string(), z.object({ name: phi(z.string()) })]) });
    expect(() => withoutPhi(hidden, { either: 'x' })).toThrow(/discriminator/);
  });
});

/** Every value that a tagged field of the schema holds in the value. */
function taggedValues(of: z.ZodType, from: unknown): string[] {
  const found: string[] = [];
  mapTagged(of, from, (_tag, field) => {
    found.push(JSON.stringify(field));
    return field;
  });
  return found;
}

describe('INV-4.3 every event in every view that may not hold patient identity', () => {
  const events = modules.flatMap((module) => module.events);
  test.each(events.map((event) => [event.type, event] as const))(
    '%s shows no tagged value',
    (_type, event) => {
      const example = event.data.parse(event.example);
      const tagged = taggedValues(event.data, example).filter((text) => text.length > 4);
      const shown = JSON.stringify(withoutPhi(event.data, example));
      for (const text of tagged) expect(shown).not.toContain(text);
      expect(event.data.parse(withoutPhi(event.data, example))).toEqual(withoutPhi(event.data, example));
    },
  );

  test.each(events.map((event) => [event.type, event] as const))(
    '%s has a subject for whatever it seals',
    (_type, event) => {
      mapTagged(event.data, event.data.parse(event.example), (tag, field, owner) => {
        if (tag === 'phi') expect(owner).toBeDefined();
        return field;
      });
    },
  );

  test('and whatever texts stand in the tagged fields, none is left', () => {
    const topics = modules.flatMap((module) => module.topics);
    expect(topics.flatMap(({ views }) => views).some(({ name }) => !viewHoldsPhi[name])).toBe(true);
    fc.assert(
      fc.property(fc.constantFrom(...events), fc.stringMatching(/^[A-Z]{12}$/), (event, mark) => {
        const marked = mapTagged(event.data, event.data.parse(event.example), () => mark);
        expect(JSON.stringify(withoutPhi(event.data, marked))).not.toContain(mark);
      }),
    );
  });
});
