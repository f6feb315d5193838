/**
 * What was wrong with what people of a hospital were sent, if anything was.
 * @param {readonly import('../crowd/member.mjs').Tally[]} tallies
 * @returns {string[]}
 */
export function strangeness(tallies) {
  return tallies.flatMap(({ gaps, doubles, strange }) => [
    ...(gaps > 0 ? [`${gaps} gaps`] : []),
    ...(doubles > 0 ? [`${doubles} came twice`] : []),
    ...Object.entries(strange).map(([what, times]) => `${times} × ${what}`),
  ]);
}
