import type { Location } from '#domain/beds/schema.ts';
import { type Role, roles } from '#domain/identity/roles.ts';
import type { NewPlace } from '../network.ts';

/** The organisation that a demo shows. Its ids are fixed: the examples of commands speak of them. */
export const demoOrganisation = { id: 'demo', name: 'Riverside Health' } as const;

/** The hospital, with its HL7 code as MSH-4 and PV1-3 carry it. */
export const demoFacility = {
  id: 'rgh',
  code: 'RGH',
  name: 'Riverside General Hospital',
  timezone: 'Asia/Ho_Chi_Minh',
} as const;

/** The system that feeds it: MSH-3, and MSH-4 the facility's code. */
export const demoFeed = { id: 'demo', name: 'DEMO', application: 'DEMO' } as const;

/** A corridor where the feed has patients wait: no bed of ours. */
export const demoMapping = {
  location: { pointOfCare: '4W', room: 'CORRIDOR', bed: '1', facility: demoFacility.code },
  to: { kind: 'nowhere' },
} as const;

export const demoPassword = 'demo-carewall';

interface DemoUnit {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly department: string;
  readonly rooms: number;
  readonly firstRoom: number;
  readonly bedsInRoom: number;
  /** Whether the feed tells of this unit. Where it does not, only people do. */
  readonly fed: boolean;
}

const departments = [
  { id: 'medicine', name: 'Medicine' },
  { id: 'surgery', name: 'Surgery' },
  { id: 'critical-care', name: 'Critical Care' },
] as const;

/** The units. Day Surgery has no feed: it is where a visitor may try everything undisturbed. */
export const demoUnits: readonly DemoUnit[] = [
  {
    id: '4w',
    code: '4W',
    name: '4 West',
    department: 'medicine',
    rooms: 12,
    firstRoom: 401,
    bedsInRoom: 2,
    fed: true,
  },
  {
    id: '4e',
    code: '4E',
    name: '4 East',
    department: 'medicine',
    rooms: 10,
    firstRoom: 421,
    bedsInRoom: 2,
    fed: true,
  },
  {
    id: '5s',
    code: '5S',
    name: '5 South',
    department: 'surgery',
    rooms: 8,
    firstRoom: 501,
    bedsInRoom: 2,
    fed: true,
  },
  {
    id: 'icu',
    code: 'ICU',
    name: 'Intensive Care',
    department: 'critical-care',
    rooms: 12,
    firstRoom: 1,
    bedsInRoom: 1,
    fed: true,
  },
  {
    id: 'ds',
    code: 'DS',
    name: 'Day Surgery',
    department: 'surgery',
    rooms: 24,
    firstRoom: 1,
    bedsInRoom: 1,
    fed: false,
  },
];

/** Every place below the organisation, each after its parent. */
export function demoPlaces(): NewPlace[] {
  return [
    { kind: 'facility', parent: demoOrganisation.id, ...demoFacility },
    ...departments.map(({ id, name }) => ({
      id,
      name,
      kind: 'department' as const,
      parent: demoFacility.id,
    })),
    ...demoUnits.map(({ id, name, code, department }) => ({
      id,
      name,
      code,
      kind: 'unit' as const,
      parent: department,
    })),
  ];
}

/** The beds of a unit, by the rooms they stand in. */
export function demoBeds(unit: DemoUnit): { bed: string; name: string; location: Location }[] {
  const beds: { bed: string; name: string; location: Location }[] = [];
  for (let room = 0; room < unit.rooms; room += 1) {
    for (let place = 1; place <= unit.bedsInRoom; place += 1) {
      const number = String(beds.length + 1).padStart(2, '0');
      beds.push({
        bed: `${unit.id}-${number}`,
        name: `${unit.code}-${number}`,
        location: {
          pointOfCare: unit.code,
          room: String(unit.firstRoom + room),
          bed: String(place),
          facility: demoFacility.code,
        },
      });
    }
  }
  return beds;
}

const roleNames: Partial<Record<Role, string>> = {
  command_center: 'Command centre',
  it_support: 'IT support',
};

/** One account for every role that a person holds; a provider's reaches the facility, the others' the organisation. */
export function demoAccounts(): { id: string; email: string; name: string; role: Role; place: string }[] {
  return roles
    .filter((role) => role !== 'display')
    .map((role) => ({
      id: `demo-${role.replace('_', '-')}`,
      email: `${role}@demo.carewall.example`,
      name: roleNames[role] ?? `${role.charAt(0).toUpperCase()}${role.slice(1)}`,
      role,
      place: role === 'provider' ? demoFacility.id : demoOrganisation.id,
    }));
}

/** Somebody who is here for a while: whose roles a visitor may try to give and take. */
export const demoLocum = {
  id: 'demo-locum',
  email: 'locum@demo.carewall.example',
  name: 'Dr Minh Tran',
  role: 'clinician',
  place: demoFacility.id,
} as const;
