import { expect, test } from 'vitest';
import { modules } from '#domain/modules.ts';
import { definitionOf, knownKinds } from './contexts.ts';

test('the client knows every kind of topic there is, and what tells of it', () => {
  const declared = modules.flatMap(({ topics }) => topics.map(({ kind, toldBy }) => ({ kind, toldBy })));
  const byKind = (a: { kind: string }, b: { kind: string }) => a.kind.localeCompare(b.kind);
  expect(knownKinds.map(({ kind, toldBy }) => ({ kind, toldBy })).sort(byKind)).toEqual(
    declared.sort(byKind),
  );
});

test('each kind is folded by its own definition', async () => {
  for (const { kind } of knownKinds) {
    expect((await definitionOf(kind.replace('*', 'x'))?.())?.kind).toBe(kind);
  }
  expect(definitionOf('unit/7/nothing')).toBeUndefined();
});
