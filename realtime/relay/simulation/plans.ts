import fc from 'fast-check';
import type { Plan } from './world.ts';

const small = (most: number) => fc.nat({ max: most });
const visits = fc.array(fc.record({ node: small(2), topic: small(1), resume: fc.boolean() }), {
  minLength: 1,
  maxLength: 3,
});

/** Plans of small size: what goes wrong at all, goes wrong in the small. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  nodes: fc.integer({ min: 2, max: 3 }),
  topics: fc.integer({ min: 1, max: 2 }),
  transactions: fc.array(
    fc.record({
      topics: fc.constantFrom([0], [0], [1], [0, 1], [0, 0]),
      aborts: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  readers: fc.array(visits, { minLength: 1, maxLength: 3 }),
  headsEarly: fc.boolean(),
  faults: fc.array(
    fc.record({
      fault: fc.constantFrom('stop', 'go on', 'cut', 'mend', 'end session'),
      node: small(2),
    }),
    { maxLength: 4 },
  ),
  fates: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('arrives' as const) },
      fc.constant('lost' as const),
      fc.constant('twice' as const),
    ),
    { maxLength: 24 },
  ),
});
