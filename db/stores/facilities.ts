import { z } from 'zod';
import { topicsOfPlace } from '#domain/modules.ts';
import { facilityMovedSchema, isAvailabilityMoved, isFacilityMoved } from '#domain/network/events.ts';
import type { RegisterFacility } from '#domain/network/facility-commands.ts';
import { decideRegistration } from '#domain/network/register.ts';
import { type FacilityDetails, facilityDetailsSchema } from '#domain/network/schema.ts';
import { insertTopics } from '../network.ts';
import type { Loaded, StoreContext, Write } from '../store.ts';
import { levelWrites, readLevels } from './attested-levels.ts';

const placeRowsSchema = z.array(
  z.object({
    id: z.string(),
    kind: z.string(),
    name: z.string(),
    parent: z.string().nullable(),
    path: z.array(z.string()),
  }),
);

/**
 * What a registration is about: whatever stands under its ids. Two that make the same place meet at its key, and the second
 * is decided anew; two that change the same facility meet at its row.
 */
export async function loadRegistration(context: StoreContext, command: RegisterFacility): Promise<Loaded> {
  const { org, connection } = context;
  const { facility, region: under, counts = [] } = command.data;
  const [places, regions, details, levels] = await Promise.all([
    connection`
      select id, kind, name, parent, path from carewall.places
      where org_id = ${org} and id = ${facility} for no key update`.execute(),
    connection`
      select id, kind, name, parent, path from carewall.places
      where org_id = ${org} and id = ${under?.id ?? null}`.execute(),
    connection`select entity from carewall.facilities where org_id = ${org} and facility = ${facility}`.execute(),
    readLevels(
      context,
      facility,
      counts.map(({ level }) => level),
    ),
  ]);
  const [place] = placeRowsSchema.parse(places);
  const [region] = placeRowsSchema.parse(regions);
  const [row] = z.array(z.object({ entity: facilityDetailsSchema })).parse(details);
  const above = region?.kind === 'region' ? region.path : [org];
  return {
    // An id that another kind of thing has is told only to whoever may make places everywhere.
    path: place === undefined ? above : place.kind === 'facility' ? place.path : [org],
    topicKind: 'facility/*/availability',
    version: row?.entity.version ?? 0,
    decide: (decision) =>
      decideRegistration(
        {
          place: place && { kind: place.kind, name: place.name, parent: place.parent ?? org },
          region,
          details: row?.entity,
          levels,
        },
        command,
        decision,
      ),
    writes: (events) => [
      ...events.flatMap(({ type, data }) => {
        if (!isFacilityMoved(type)) return [];
        const { name, details: moved } = facilityMovedSchema.parse(data);
        if (moved.to === undefined) throw new Error(`${type} knows nothing of ${facility}`);
        const isNew = type === 'facility.registered';
        const named = name?.to ?? place?.name ?? '';
        return [
          ...(isNew && under !== undefined && region === undefined
            ? [makePlace({ ...under, kind: 'region', path: [org, under.id] })]
            : []),
          isNew
            ? makePlace({
                id: facility,
                name: named,
                kind: 'facility',
                path: [...pathBelow(org, under), facility],
                details: moved.to,
              })
            : changePlace({ id: facility, name: named, details: moved.to }),
          writeDetails(facility, moved.to, row !== undefined),
        ];
      }),
      ...levelWrites(
        facility,
        levels,
        events.filter(({ type }) => isAvailabilityMoved(type)),
      ),
    ],
  };
}

function pathBelow(org: string, region: { id: string } | undefined): string[] {
  return region === undefined ? [org] : [org, region.id];
}

/** A new place with its topics. What is new about it stands in the events: nothing here is sealed. */
function makePlace(place: {
  id: string;
  kind: 'region' | 'facility';
  name: string;
  path: readonly string[];
  details?: FacilityDetails;
}): Write {
  const { id, kind, name, path, details } = place;
  return {
    schema: z.unknown(),
    value: null,
    save: ({ org, connection }) =>
      Promise.all([
        connection`
          insert into carewall.places (org_id, id, kind, name, code, parent, path, timezone)
          values (${org}, ${id}, ${kind}, ${name}, ${details?.code ?? null}, ${path.at(-2) ?? org}, ${[...path]},
            ${details?.timezone ?? null})`.execute(),
        insertTopics(connection, org, { kind, id, name }),
      ]),
  };
}

/** A facility under the name it has now, and so its topics. A code or a zone of which nothing was said stays. */
function changePlace({ id, name, details }: { id: string; name: string; details: FacilityDetails }): Write {
  return {
    schema: z.unknown(),
    value: null,
    save: ({ org, connection }) =>
      Promise.all([
        connection`
          update carewall.places
          set name = ${name}, code = coalesce(${details.code ?? null}, code),
            timezone = coalesce(${details.timezone ?? null}, timezone)
          where org_id = ${org} and id = ${id}`.execute(),
        connection`
          update carewall.topics set name = ${name}
          where org_id = ${org} and topic = any(${topicsOfPlace({ kind: 'facility', id })}::text[]) and name <> ${name}`.execute(),
      ]),
  };
}

function writeDetails(facility: string, details: FacilityDetails, known: boolean): Write {
  const { region, position, version } = details;
  return {
    schema: facilityDetailsSchema,
    value: details,
    save: async ({ org, connection }, sealed) =>
      // Not an upsert: of two who describe a facility for the first time, the second must see what the first said.
      known
        ? connection`
            update carewall.facilities
            set region = ${region?.id ?? null}, latitude = ${position?.latitude ?? null},
              longitude = ${position?.longitude ?? null}, version = ${version}, entity = ${connection.json(sealed)}
            where org_id = ${org} and facility = ${facility}`.execute()
        : connection`
            insert into carewall.facilities (org_id, facility, region, latitude, longitude, version, entity)
            values (${org}, ${facility}, ${region?.id ?? null}, ${position?.latitude ?? null},
              ${position?.longitude ?? null}, ${version}, ${connection.json(sealed)})`.execute(),
  };
}
