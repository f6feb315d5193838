import { createPeopleMaker } from './people.mjs';
import { roles, sampleFrames } from './sample-frames.mjs';

/**
 * What a contest needs before anybody takes part: people to come, and what they will all be sent.
 * @param {import('../measures/installation.mjs').Installation} installation
 * @param {readonly string[]} [topics]
 */
export async function openContest({ nodes, database }, topics) {
  const people = await createPeopleMaker(database.sql);
  const [writer, ...readers] = (await people.people(1 + roles.length, [...roles, roles[0]])).reverse();
  const token = people.token(writer);
  const samples = await sampleFrames({
    url: nodes[0].url,
    token,
    tokens: readers.reverse().map(people.token),
    sql: database.sql,
    topics,
  });
  return { people, samples, token };
}
