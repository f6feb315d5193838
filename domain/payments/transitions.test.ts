import { describe, expect, test } from 'vitest';
import { paymentStatuses } from './gateway-event.ts';
import { facts, paymentTransitions } from './transitions.ts';

describe('the table of transitions', () => {
  test('INV-12.1 says of every status and every fact what comes of it', () => {
    const table = Object.fromEntries(
      paymentStatuses.map((status) => [
        status,
        Object.fromEntries(facts.map((fact) => [fact, paymentTransitions[status][fact]])),
      ]),
    );
    expect(table).toMatchInlineSnapshot(`
      {
        "authorized": {
          "authorized": "late",
          "cancelled": "cancelled",
          "captured": "captured",
          "declined": "late",
          "disputed": "disputed",
          "failed": "failed",
          "refunded_in_full": "refunded",
          "refunded_in_part": "partially_refunded",
          "settled": "settled",
        },
        "cancelled": {
          "authorized": "late",
          "cancelled": "late",
          "captured": "impossible",
          "declined": "late",
          "disputed": "impossible",
          "failed": "impossible",
          "refunded_in_full": "impossible",
          "refunded_in_part": "impossible",
          "settled": "impossible",
        },
        "captured": {
          "authorized": "late",
          "cancelled": "impossible",
          "captured": "late",
          "declined": "late",
          "disputed": "disputed",
          "failed": "impossible",
          "refunded_in_full": "refunded",
          "refunded_in_part": "partially_refunded",
          "settled": "settled",
        },
        "disputed": {
          "authorized": "late",
          "cancelled": "impossible",
          "captured": "late",
          "declined": "late",
          "disputed": "late",
          "failed": "impossible",
          "refunded_in_full": "refunded",
          "refunded_in_part": "late",
          "settled": "late",
        },
        "failed": {
          "authorized": "late",
          "cancelled": "impossible",
          "captured": "impossible",
          "declined": "late",
          "disputed": "impossible",
          "failed": "late",
          "refunded_in_full": "impossible",
          "refunded_in_part": "impossible",
          "settled": "impossible",
        },
        "initiated": {
          "authorized": "authorized",
          "cancelled": "cancelled",
          "captured": "captured",
          "declined": "late",
          "disputed": "disputed",
          "failed": "failed",
          "refunded_in_full": "refunded",
          "refunded_in_part": "partially_refunded",
          "settled": "settled",
        },
        "partially_refunded": {
          "authorized": "late",
          "cancelled": "impossible",
          "captured": "late",
          "declined": "late",
          "disputed": "disputed",
          "failed": "impossible",
          "refunded_in_full": "refunded",
          "refunded_in_part": "partially_refunded",
          "settled": "late",
        },
        "refunded": {
          "authorized": "late",
          "cancelled": "impossible",
          "captured": "late",
          "declined": "late",
          "disputed": "late",
          "failed": "impossible",
          "refunded_in_full": "impossible",
          "refunded_in_part": "impossible",
          "settled": "late",
        },
        "settled": {
          "authorized": "late",
          "cancelled": "impossible",
          "captured": "late",
          "declined": "late",
          "disputed": "disputed",
          "failed": "impossible",
          "refunded_in_full": "refunded",
          "refunded_in_part": "partially_refunded",
          "settled": "late",
        },
      }
    `);
  });

  test('INV-12.1 never goes back: nothing that was left is come to again', () => {
    const reached = new Map<string, Set<string>>();
    const from = (status: (typeof paymentStatuses)[number]): Set<string> => {
      const known = reached.get(status);
      if (known !== undefined) return known;
      const found = new Set<string>();
      reached.set(status, found);
      for (const to of facts.map((fact) => paymentTransitions[status][fact])) {
        if (to === 'late' || to === 'impossible' || to === status) continue;
        found.add(to);
        for (const further of from(to)) found.add(further);
      }
      return found;
    };
    for (const status of paymentStatuses) expect(from(status).has(status), status).toBe(false);
  });
});
