const organisation = 'demo';
const importer = { kind: 'system', id: 'carewall', name: 'Carewall' };

/**
 * A network the size of a country, as an import leaves it behind: regions, facilities with details and two levels of care
 * each, and some facilities whose beds are known one by one.
 * @typedef {object} Country
 * @property {{ id: string, region: string }[]} facilities all that were made
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

/**
 * Writes the network into the database of a measurement, under the log's own function, while no node runs. Beds come by
 * commands, later.
 * @param {import('postgres').Sql} sql as superuser
 * @param {Country} country
 */
export async function seedCountry(sql, { facilities, units }) {
  const regions = [...new Set(facilities.map(({ region }) => region))];
  const asOf = new Date().toISOString();
  await sql.unsafe('set session_replication_role = origin');
  await insertPlaces(
    sql,
    regions.map((id) => ({ id, kind: 'region', name: `Region ${id.slice(2)}`, parent: organisation, path: [organisation, id] })),
    ['availability'],
  );
  await insertPlaces(
    sql,
    facilities.map(({ id, region }, n) => ({
      id,
      kind: 'facility',
      name: `${towns[n % towns.length]} ${kinds[n % kinds.length]} ${n}`,
      parent: region,
      path: [organisation, region, id],
      timezone: 'America/New_York',
    })),
    ['availability', 'census'],
  );
  await insertPlaces(
    sql,
    units.map(({ id, facility, region }) => ({
      id,
      kind: 'unit',
      name: `Ward ${id.slice(-1).toUpperCase()}`,
      parent: facility,
      path: [organisation, region, facility, id],
    })),
    ['beds', 'alerts'],
  );
  const details = facilities.map(({ id, region }, n) => ({
    facility: id,
    region,
    latitude: 25 + ((n * 7919) % 24_000) / 1_000,
    longitude: -124 + ((n * 104_729) % 57_000) / 1_000,
  }));
  await sql`
    insert into carewall.facilities (org_id, facility, region, latitude, longitude, version, entity)
    select ${organisation}, d.facility, d.region, d.latitude, d.longitude, 1, jsonb_build_object(
      'type', 'Short Term Acute Care Hospital', 'region', jsonb_build_object('id', d.region, 'name', 'Region ' || substr(d.region, 3)),
      'position', jsonb_build_object('latitude', d.latitude, 'longitude', d.longitude),
      'version', 1, 'asOf', ${asOf}::text, 'source', ${sql.json(importer)}::jsonb)
    from jsonb_to_recordset(${sql.json(details)}) as d(facility text, region text, latitude float8, longitude float8)`;
  await insertLevels(sql, facilities, asOf);
  await sql`analyze`;
}

const towns = ['Riverside', 'Lakeview', 'St. Mary’s', 'Cedar Falls', 'Northfield', 'Harbour', 'Good Samaritan'];
const kinds = ['Medical Center', 'Community Hospital', 'General Hospital', 'Regional Hospital'];

async function insertPlaces(sql, places, topics) {
  await sql`
    insert into carewall.places (org_id, id, kind, name, parent, path, timezone)
    select ${organisation}, p.id, p.kind, p.name, p.parent,
      array(select jsonb_array_elements_text(p.path)), p.timezone
    from jsonb_to_recordset(${sql.json(places)}) as p(id text, kind text, name text, parent text, path jsonb, timezone text)`;
  await sql`
    insert into carewall.topics (org_id, topic, name, place)
    select ${organisation}, p.kind || '/' || p.id || '/' || t.topic, p.name, p.id
    from jsonb_to_recordset(${sql.json(places)}) as p(id text, kind text, name text)
    cross join unnest(${topics}::text[]) as t(topic)`;
}

async function insertLevels(sql, facilities, asOf) {
  const validUntil = new Date(Date.parse(asOf) + 12 * 3_600_000).toISOString();
  const levels = facilities.flatMap(({ id }, n) =>
    ['medical-surgical', 'intensive-care'].map((level, which) => {
      const capacity = which === 0 ? 20 + ((n * 31) % 380) : 4 + ((n * 17) % 60);
      return {
        facility: id,
        entity: {
          level,
          capacity,
          available: (n * 13) % capacity,
          validForMinutes: 720,
          validUntil,
          lapsed: false,
          version: 1,
          asOf,
          source: importer,
        },
      };
    }),
  );
  await sql`
    insert into carewall.availability (org_id, facility, level, version, valid_until, entity)
    select ${organisation}, l.facility, l.entity ->> 'level', 1, (l.entity ->> 'validUntil')::timestamptz, l.entity
    from jsonb_to_recordset(${sql.json(levels)}) as l(facility text, entity jsonb)`;
  const events = levels.map(({ facility, entity }) => ({
    topic: `facility/${facility}/availability`,
    type: 'availability.attested',
    data: { level: entity.level, version: 1, to: entity },
  }));
  for (let from = 0; from < events.length; from += 1_000)
    await sql`
      select carewall.append_events(${organisation}, ${sql.json(importer)}, ${sql.json(events.slice(from, from + 1_000))})`;
}
