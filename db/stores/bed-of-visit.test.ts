import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestHospital, type TestHospital } from '../testing/test-hospital.ts';

describe('a visit that people put to bed', () => {
  let hospital: TestHospital;
  beforeAll(async () => {
    hospital = await createTestHospital();
  });
  afterAll(() => hospital.close());

  test('INV-20.5 lies in one bed, whoever else puts it into another at the same time', async () => {
    const beds = ['ds-05', 'ds-06', '4w-05', 'icu-05', '5s-05', '4e-05'];
    const outcomes = await Promise.all(
      beds.map((bed, index) =>
        hospital.as(index % 2 === 0 ? 'nurse' : 'admin', 'bed.occupy', { bed, visit: 'V1' }),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const lying = await hospital.database.owner`
      select id from carewall.beds where id = any(${beds}) and encounter is not null`;
    expect(lying).toHaveLength(1);
    for (const outcome of outcomes) if (!outcome.ok) expect(outcome.error.code).toBe('conflict');
  });

  test('INV-20.5 the same bed is asked for once more without a word about another', async () => {
    expect(await hospital.as('nurse', 'bed.occupy', { bed: 'ds-07', visit: 'V2' })).toMatchObject({
      ok: true,
    });
    const again = await hospital.as('nurse', 'bed.occupy', { bed: 'ds-07', visit: 'V2' });
    expect(again).toMatchObject({ ok: false, error: { code: 'conflict', message: 'the bed is occupied' } });
  });

  test('names the other bed to those who see who lies in it, and to nobody else', async () => {
    expect(await hospital.as('admin', 'bed.occupy', { bed: '4w-07', visit: 'V3' })).toMatchObject({
      ok: true,
    });
    const seen = await hospital.as('nurse', 'bed.occupy', { bed: 'ds-08', visit: 'V3' });
    expect(seen).toMatchObject({ ok: false, error: { message: 'this visit is in bed 4W-07 already' } });
    await hospital.database.owner`
      update carewall.grants set place = 'ds' where account = 'demo-nurse' and role = 'nurse'`;
    const unseen = await hospital.as('nurse', 'bed.occupy', { bed: 'ds-08', visit: 'V3' });
    expect(unseen).toMatchObject({
      ok: false,
      error: {
        code: 'conflict',
        message: 'this visit is in another bed already',
        issues: [{ path: 'data.visit', message: 'is in another bed' }],
      },
    });
    expect(JSON.stringify(unseen)).not.toContain('4W');
  });
});
