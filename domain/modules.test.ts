import { describe, expect, test } from 'vitest';
import { administrativeAccess, administrativeAreas, mayEnter, recordAccess } from './identity/permissions.ts';
import { type Holder, holders, roles } from './identity/roles.ts';
import { commandDefinition, eventDefinition, mayAct, modules, topicDefinition, viewFor } from './modules.ts';

const commands = modules.flatMap((module) => module.commands);
const events = modules.flatMap((module) => module.events);
const topics = modules.flatMap((module) => module.topics);

describe('the list of contexts', () => {
  test.each(commands.map((command) => [command.type, command] as const))(
    '%s has an example that it takes',
    (_type, command) => {
      for (const { type, data } of command.example.given ?? []) {
        expect(commandDefinition(type)?.data.safeParse(data).success).toBe(true);
      }
      expect(command.data.safeParse(command.example.data).success).toBe(true);
    },
  );

  test.each(events.map((event) => [event.type, event] as const))(
    '%s has an example of its own shape',
    (_type, event) => {
      expect(event.data.parse(event.example)).toEqual(event.example);
      expect(topics.map(({ kind }) => kind)).toContain(event.topic);
    },
  );

  test('finds a topic by its name, with the id in it', () => {
    expect(topicDefinition('unit/7/beds')).toMatchObject({ definition: { kind: 'unit/*/beds' }, id: '7' });
    for (const name of ['unit/7', 'unit/7/nothing', 'unit//beds', 'beds', '', 'unit/7/beds/more']) {
      expect(topicDefinition(name)).toBeUndefined();
    }
  });
});

describe('rights', () => {
  const path = ['org', 'facility', 'department', 'unit'];
  const rights = modules.flatMap((module) => Object.entries(module.rights));

  test('INV-3.2 are held where they are granted and below, and nowhere else: each right, each role', () => {
    for (const [right, held] of rights) {
      const allowed: readonly Holder[] = held;
      for (const role of holders) {
        expect(mayAct([{ role, place: 'unit' }], right, path)).toBe(allowed.includes(role));
        expect(mayAct([{ role, place: 'org' }], right, path)).toBe(allowed.includes(role));
        expect(mayAct([{ role, place: 'elsewhere' }], right, path)).toBe(false);
      }
    }
    expect(mayAct([{ role: 'admin', place: 'org' }], 'a right that nobody declared', path)).toBe(false);
  });

  test('INV-3.3 to patient identity are with the roles whose reach into the clinical record is whole, or goes as far as who the patients are where no more is shown', () => {
    for (const { definition } of topics.flatMap(
      ({ kind }) => topicDefinition(kind.replace('*', 'x')) ?? [],
    )) {
      for (const role of roles) {
        const view = viewFor(definition, [{ role, place: 'org' }], path);
        if (view !== 'clinical') continue;
        const { clinicalRecord, allPatients } = recordAccess[role];
        if (definition.holds === 'demographics') expect(['yes', 'demographics']).toContain(allPatients);
        else expect(clinicalRecord).toBe('yes');
      }
    }
  });

  test('INV-3.3 of those who have no clinical reach never open a view with patient identity', () => {
    const beds = topicDefinition('unit/7/beds');
    const views = Object.fromEntries(
      roles.map((role) => [role, beds && viewFor(beds.definition, [{ role, place: 'org' }], path)]),
    );
    expect(views).toEqual({
      patient: undefined,
      clinician: 'clinical',
      nurse: 'clinical',
      pharmacist: 'operational',
      lab: 'operational',
      radiologist: 'operational',
      dietician: 'operational',
      receptionist: 'operational',
      logistics: 'operational',
      command_center: 'operational',
      accountant: undefined,
      it_support: 'operational',
      admin: 'clinical',
      provider: 'operational',
      payer: undefined,
      intermediary: undefined,
      display: 'operational',
    });
  });
});

describe('the permission tables', () => {
  test.each([
    ['patient', 'own', 'none', 'none', 'none', 'none'],
    ['clinician', 'yes', 'yes', 'yes', 'yes', 'none'],
    ['nurse', 'yes', 'yes', 'none', 'yes', 'none'],
    ['receptionist', 'limited', 'none', 'none', 'demographics', 'none'],
    ['pharmacist', 'limited', 'pharmacy_notes', 'none', 'prescriptions', 'none'],
    ['admin', 'yes', 'none', 'none', 'yes', 'yes'],
  ] as const)('%s: record %s, notes %s, prescribe %s, all patients %s, admin %s', (role, ...cells) => {
    const { clinicalRecord, notes, prescribe, allPatients, admin } = recordAccess[role];
    expect([clinicalRecord, notes, prescribe, allPatients, admin]).toEqual(cells);
  });

  test('roles outside the first table reach nothing', () => {
    const named = ['patient', 'clinician', 'nurse', 'receptionist', 'pharmacist', 'admin'];
    for (const role of roles.filter((other) => !named.includes(other))) {
      expect(new Set(Object.values(recordAccess[role]))).toEqual(new Set(['none']));
    }
  });

  test('each cell of the administrative table', () => {
    const table = {
      admin: '111111111',
      provider: '000011110',
      payer: '000011110',
      intermediary: '000011101',
    } as const;
    for (const role of roles) {
      const row = administrativeAreas.map((area) => (mayEnter(role, area) ? '1' : '0')).join('');
      expect([role, row]).toEqual([
        role,
        role in administrativeAccess ? Object.entries(table).find(([r]) => r === role)?.[1] : '000000000',
      ]);
    }
  });
});

test('every event is found by its type', () => {
  for (const event of events) expect(eventDefinition(event.type)).toBe(event);
});
