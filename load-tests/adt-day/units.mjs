import { v7 as uuidv7 } from 'uuid';
import { request } from '../faults/http-api.mjs';

const unitCount = 24;
const bedsInUnit = 25;
const unitId = (number) => `day-${String(number).padStart(2, '0')}`;

/**
 * Makes the units of a hospital of its own beside the demo's: no command makes places.
 * @param {import('postgres').Sql} sql
 */
export async function prepareUnits(sql) {
  for (let number = 1; number <= unitCount; number += 1) {
    const unit = unitId(number);
    await sql`
      insert into carewall.places (org_id, id, kind, name, code, parent, path)
      select org_id, ${unit}, 'unit', ${`Unit ${number}`}, ${`D${number}`}, id, path || ${unit}::text
      from carewall.places where org_id = 'demo' and id = 'medicine'`;
    await sql`
      insert into carewall.topics (org_id, topic, name, place)
      select org_id, replace(topic, 'unit/ds/', ${`unit/${unit}/`}), ${`Unit ${number}`}, ${unit}
      from carewall.topics where org_id = 'demo' and place = 'ds'`;
  }
}

/** Adds the beds, by commands. Gives the units. @param {string} url @param {string} token an administrator's */
export async function addBeds(url, token) {
  const units = Array.from({ length: unitCount }, (_unused, index) => unitId(index + 1));
  const orders = units.flatMap((unit, index) =>
    Array.from({ length: bedsInUnit }, (_unused, bed) => ({
      unit,
      bed: `${unit}-${bed + 1}`,
      name: `D${index + 1}-${bed + 1}`,
      location: { pointOfCare: `D${index + 1}`, room: `${bed + 1}`, bed: '1', facility: 'RGH' },
    })),
  );
  for (const data of orders) await add(url, token, data);
  return units;
}

async function add(url, token, data) {
  for (;;) {
    const { status, body } = await request(`${url}/api/v1/commands`, {
      method: 'POST',
      token,
      body: { id: uuidv7(), type: 'bed.add', data },
      within: 20_000,
    });
    if (status === 200) return;
    if (status !== 429) throw new Error(`bed.add answered ${status} ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
