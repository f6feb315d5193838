import { v7 as uuidv7 } from 'uuid';
import { openLightSocket } from '../measures/light-socket.mjs';

const organisation = 'demo';
const bedsInUnit = 12;
// A socket is let send 30 commands a second.
const sockets = 12;

/**
 * A network the size of a country: regions, facilities with two levels of care each, and some whose beds are known one by
 * one.
 * @typedef {object} Country
 * @property {{ id: string, region: string }[]} facilities
 * @property {{ id: string, facility: string, region: string }[]} units of those that are known bed by bed
 */

/**
 * @param {{ facilities: number, regions: number, known: number }} size `known`: so many facilities have two units
 * @returns {Country}
 */
export function planCountry({ facilities, regions, known }) {
  const all = Array.from({ length: facilities }, (_, n) => ({
    id: `c-${String(n).padStart(5, '0')}`,
    region: `r-${String(n % regions).padStart(2, '0')}`,
  }));
  const step = Math.max(1, Math.floor(facilities / known));
  const units = all
    .filter((_, n) => n % step === 0)
    .slice(0, known)
    .flatMap(({ id, region }) => ['a', 'b'].map((ward) => ({ id: `${id}-${ward}`, facility: id, region })));
  return { facilities: all, units };
}

/** The name of a bed of a unit, from 0 on. */
export function bedOf(unit, n) {
  return `${unit}-${String((n % bedsInUnit) + 1).padStart(2, '0')}`;
}

/**
 * Registers every facility and adds every bed by commands, as an import and whoever sets a hospital up do. Only units are
 * written into the database: no command makes them yet.
 * @param {{ url: string, token: string, sql: import('postgres').Sql, country: Country }} options
 */
export async function makeCountry({ url, token, sql, country }) {
  const { facilities, units } = country;
  await sendAll({ url, token, commands: facilities.map(registration) });
  await insertUnits(sql, units);
  await sendAll({ url, token, commands: units.flatMap(({ id }) => additions(id, bedsInUnit)) });
  await sql`analyze`;
}

/**
 * The commands that give a unit so many beds.
 * @param {string} unit
 * @param {number} count
 * @param {number} [from] how many it has already
 */
export function additions(unit, count, from = 0) {
  return Array.from({ length: count }, (_, n) => {
    const bed = `${unit}-${String(from + n + 1).padStart(2, '0')}`;
    const location = { pointOfCare: unit, room: String(from + n + 1), bed: '1', facility: 'C' };
    return { type: 'bed.add', data: { unit, bed, name: bed.toUpperCase(), location } };
  });
}

const towns = [
  'Riverside',
  'Lakeview',
  'St. Mary’s',
  'Cedar Falls',
  'Northfield',
  'Harbour',
  'Good Samaritan',
];
const kinds = ['Medical Center', 'Community Hospital', 'General Hospital', 'Regional Hospital'];

function registration({ id, region }, n) {
  const [capacity, intensive] = [20 + ((n * 31) % 380), 4 + ((n * 17) % 60)];
  const validForMinutes = 720;
  return {
    type: 'facility.register',
    data: {
      facility: id,
      name: `${towns[n % towns.length]} ${kinds[n % kinds.length]} ${n}`,
      type: 'Short Term Acute Care Hospital',
      region: { id: region, name: `Region ${region.slice(2)}` },
      timezone: 'America/New_York',
      position: {
        latitude: 25 + ((n * 7_919) % 24_000) / 1_000,
        longitude: -124 + ((n * 104_729) % 57_000) / 1_000,
      },
      counts: [
        { level: 'medical-surgical', capacity, available: (n * 13) % capacity, validForMinutes },
        { level: 'intensive-care', capacity: intensive, available: (n * 7) % intensive, validForMinutes },
      ],
    },
  };
}

async function insertUnits(sql, units) {
  const places = units.map(({ id, facility, region }) => ({
    id,
    name: `Ward ${id.slice(-1).toUpperCase()}`,
    facility,
    path: [organisation, region, facility, id],
  }));
  await sql`
    insert into carewall.places (org_id, id, kind, name, parent, path)
    select ${organisation}, p.id, 'unit', p.name, p.facility, array(select jsonb_array_elements_text(p.path))
    from jsonb_to_recordset(${sql.json(places)}) as p(id text, name text, facility text, path jsonb)`;
  await sql`
    insert into carewall.topics (org_id, topic, name, place)
    select ${organisation}, 'unit/' || p.id || '/' || t.topic, p.name, p.id
    from jsonb_to_recordset(${sql.json(places)}) as p(id text, name text)
    cross join unnest(array['beds', 'alerts', 'feeds']) as t(topic)`;
  // A facility has one as soon as it has units: its census is counted from their beds.
  await sql`
    insert into carewall.topics (org_id, topic, name, place)
    select org_id, 'facility/' || id || '/census', name, id from carewall.places
    where org_id = ${organisation} and id = any(${[...new Set(units.map(({ facility }) => facility))]})
    on conflict do nothing`;
}

/** Sends commands over several sockets, at the server's pace. */
export async function sendAll({ url, token, commands }) {
  const open = await Promise.all(Array.from({ length: sockets }, () => openLightSocket(url, token)));
  let next = 0;
  await Promise.all(
    open.map(async (socket) => {
      // Several under way on each: the pace is the server's.
      const one = async () => {
        for (let command = commands[next++]; command !== undefined; command = commands[next++])
          await sent(socket, command);
      };
      await Promise.all([one(), one()]);
    }),
  );
  for (const socket of open) socket.destroy();
}

async function sent(socket, command) {
  const id = uuidv7();
  for (;;) {
    const answer = await socket.ask('command', { id, ...command });
    if (answer.ok) return;
    if (answer.error.code !== 'rate_limited' && answer.error.code !== 'unavailable')
      throw new Error(`${command.type} was refused: ${answer.error.code} ${answer.error.message}`);
    await new Promise((go) => setTimeout(go, 50));
  }
}
