import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stateJson } from './state-json.ts';

const entity = fc.record(
  { id: fc.string(), n: fc.option(fc.integer(), { nil: undefined }), deep: fc.jsonValue() },
  { requiredKeys: ['id'] },
);

test('a state is written as JSON has it, the first time and after a part of it has changed', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), entity, { minKeys: 80, maxKeys: 120 }),
      fc.dictionary(fc.string(), entity, { maxKeys: 20 }),
      fc.jsonValue(),
      (many, changed, rest) => {
        const before = { head: rest, nothing: undefined, many };
        expect(JSON.parse(stateJson(before))).toEqual(JSON.parse(JSON.stringify(before)));
        const [first] = Object.values(many);
        const after = { ...before, many: { ...many, ...changed, again: first } };
        expect(JSON.parse(stateJson(after))).toEqual(JSON.parse(JSON.stringify(after)));
      },
    ),
    { numRuns: 40 },
  );
});
