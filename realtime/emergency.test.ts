import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { unitAlertsSchema } from '#domain/alerts/schema.ts';
import { reviewsSchema } from '#domain/emergency/schema.ts';
import { emergencyUnitsSchema, reviewActsSchema } from '#domain/emergency-doors.ts';
import { userSchema } from '#domain/people/schema.ts';
import { eventFrameSchema, revokedSchema } from '#domain/protocol.ts';
import { ask, connectSocket, createFollower, signIn } from './testing/contract-client.ts';
import { engines } from './testing/server-process.ts';
import { startTestTier, type TestTier } from './testing/test-tier.ts';
import { until } from './testing/until.ts';

const beds = 'unit/ds/beds';
const nodes = [0, 1, 2];

describe.each(engines)('emergency access on three nodes on %s', (engine) => {
  let tier: TestTier;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    tier = await startTestTier(engine, 3);
    // The nurse is one of a single ward now: of all others they see nothing.
    await tier.database
      .owner`update carewall.grants set place = '4w' where account = 'demo-nurse' and role = 'nurse'`;
  });
  afterAll(() => tier.close());

  const urlOf = (index: number): string => {
    const node = tier.nodes[index];
    if (node === undefined) throw new Error(`no node ${index}`);
    return node.url;
  };
  const as = async (role: string): Promise<string> => {
    const token = tokens.get(role) ?? (await signIn(urlOf(0), role));
    tokens.set(role, token);
    return token;
  };
  const get = async (role: string, path: string, index = 0): Promise<Response> =>
    fetch(`${urlOf(index)}${path}`, { headers: { authorization: `Bearer ${await as(role)}` } });
  async function send(
    role: string,
    type: string,
    data: object,
    index = 0,
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${urlOf(index)}/api/v1/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await as(role)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: uuidv7(), type, data }),
    });
    return { status: response.status, body: await response.json() };
  }
  async function breakGlass(role: string, access: string, more: object = {}) {
    return send(role, 'access.break-glass', {
      access,
      unit: 'ds',
      reason: 'emergency-treatment',
      explanation: 'SECRET-PATIENT has collapsed in the corridor',
      minutes: 10,
      ...more,
    });
  }
  /** Follows a topic as somebody through a node, with what the socket is told besides. */
  async function follow(role: string, topic: string, index: number) {
    const socket = await connectSocket(urlOf(index), await as(role));
    const follower = createFollower(topic);
    const told: { name: string; payload: unknown; at: number }[] = [];
    socket.onAny((name: string, payload: unknown) => told.push({ name, payload, at: Date.now() }));
    const answer = await ask(socket, 'subscribe', { topic });
    return { socket, follower, told, answer };
  }
  const closed = (all: readonly { socket: { disconnect(): unknown } }[]) => {
    for (const { socket } of all) socket.disconnect();
  };

  test('INV-20.2 INV-20.6 is seen at once by the unit, its reviewer and whoever has it, on whichever node', async () => {
    const unit = await connectSocket(urlOf(1), await as('clinician'));
    const alerts = createFollower('unit/ds/alerts');
    await alerts.attach(unit);
    const reviewer = await connectSocket(urlOf(2), await as('admin'));
    const reviews = createFollower('org/demo/reviews');
    await reviews.attach(reviewer);
    const nurse = await connectSocket(urlOf(0), await as('nurse'));
    const own = createFollower('user/demo-nurse');
    await own.attach(nurse);
    const rights: unknown[] = [];
    nurse.on('rights', (payload: unknown) => rights.push(payload));
    expect(await ask(nurse, 'subscribe', { topic: beds })).toMatchObject({ ok: false });

    expect((await breakGlass('nurse', 'seen')).status).toBe(200);
    await until('the unit is told', () => {
      const { 'seen.emergency-access': alert } = unitAlertsSchema.parse(alerts.state()).alerts;
      return alert?.owner === 'nurse' && alert.emergency?.person.id === 'demo-nurse';
    });
    await until('the reviewer is told', () => {
      const review = reviewsSchema.parse(reviews.state()).reviews.seen;
      return review?.status === 'open' && review.explanation?.includes('SECRET-PATIENT');
    });
    await until('they are told', () => userSchema.parse(own.state()).emergency.seen !== undefined);
    await until('their client is told of the right', () =>
      JSON.stringify(rights).includes('{"role":"emergency","place":"ds"}'),
    );
    expect(await ask(nurse, 'subscribe', { topic: beds })).toMatchObject({ ok: true });
    // To read, and nothing else.
    expect(await send('nurse', 'bed.claim', { bed: 'ds-01' })).toMatchObject({ status: 403 });
    expect(await send('nurse', 'access.withdraw', { access: 'seen' })).toMatchObject({ status: 404 });

    expect((await send('nurse', 'access.end', { access: 'seen' })).status).toBe(200);
    await until('the unit hears that it is over', () => {
      const { 'seen.emergency-access': alert } = unitAlertsSchema.parse(alerts.state()).alerts;
      return alert?.emergency?.endedAt !== undefined;
    });
    await until('it is theirs no more', () => userSchema.parse(own.state()).emergency.seen === undefined);
    closed([{ socket: unit }, { socket: reviewer }, { socket: nurse }]);
  });

  test('INV-20.1 is for people who treat, is asked for with a reason, and of a unit that is there', async () => {
    for (const role of ['patient', 'payer', 'receptionist', 'logistics', 'accountant', 'lab'])
      expect([role, (await breakGlass(role, 'nobody')).status]).toEqual([role, 404]);
    expect(await breakGlass('admin', 'nobody')).toMatchObject({ status: 403 });
    expect(await breakGlass('nurse', 'nobody', { unit: 'nowhere' })).toMatchObject({ status: 404 });
    expect(await breakGlass('nurse', 'nobody', { unit: '4w' })).toMatchObject({ status: 409 });
    for (const bad of [{ minutes: 61 }, { explanation: 'too short' }, { reason: 'x' }, { until: '2030' }])
      expect(await breakGlass('nurse', 'nobody', bad)).toMatchObject({
        status: 400,
        body: { code: 'invalid' },
      });
    await tier.database.owner`update carewall.sessions set stepped_up_at = null where account = 'demo-nurse'`;
    expect(await breakGlass('nurse', 'nobody')).toMatchObject({ status: 403, body: { code: 'step_up' } });
    await tier.database
      .owner`update carewall.sessions set stepped_up_at = now() where account = 'demo-nurse'`;
  });

  test('names units to those who may ask for one, and to nobody else', async () => {
    const found = async (words: string) =>
      emergencyUnitsSchema.parse(await (await get('nurse', `/api/v1/emergency/units?words=${words}`)).json());
    expect((await found('')).units.length).toBeGreaterThan(4);
    expect((await found('day%20surg')).units).toEqual([
      { id: 'ds', name: 'Day Surgery', within: 'Riverside General Hospital' },
    ]);
    expect(await found('%25')).toEqual({ units: [], more: false });
    expect((await get('nurse', `/api/v1/emergency/units?words=${'x'.repeat(101)}`)).status).toBe(400);
    for (const role of ['patient', 'logistics', 'admin'])
      expect([role, (await get(role, '/api/v1/emergency/units')).status]).toEqual([role, 404]);
  });

  test('INV-20.4 is reviewed by an administrator, who sees what was done during it', async () => {
    expect((await breakGlass('nurse', 'reviewed')).status).toBe(200);
    expect((await send('nurse', 'bed.claim', { bed: '4w-01' })).status).toBe(200);
    const decision = { review: 'reviewed', decision: 'justified', note: 'Asked the unit about it' };
    expect((await send('admin', 'review.decide', decision)).status).toBe(409);
    expect((await send('admin', 'access.withdraw', { access: 'reviewed' })).status).toBe(200);
    expect((await send('nurse', 'review.decide', decision)).status).toBe(404);
    const acts = reviewActsSchema.parse(
      await (await get('admin', '/api/v1/reviews/reviewed/acts', 1)).json(),
    );
    expect(acts.acts).toContainEqual(
      expect.objectContaining({ action: 'bed.claim', outcome: 'ok', topics: ['unit/4w/beds'] }),
    );
    const audited = await tier.database.owner`
      select principal ->> 'id' as who from carewall.audit
      where action = 'review.read-acts' and details ->> 'review' = 'reviewed'`;
    expect(audited).toMatchObject([{ who: 'demo-admin' }]);
    for (const [role, id] of [
      ['nurse', 'reviewed'],
      ['clinician', 'reviewed'],
      ['admin', 'none'],
      ['admin', 'NO%20ID'],
    ] as const)
      expect((await get(role, `/api/v1/reviews/${id}/acts`)).status).toBe(404);
    expect((await send('admin', 'review.decide', decision)).status).toBe(200);
    expect(
      (await send('admin', 'review.close', { review: 'reviewed', note: 'Nothing more to do' })).status,
    ).toBe(200);
  });

  test('INV-4.1 what was written about it is sealed in the database', async () => {
    const rows = await tier.database.owner`
      select entity::text as text from carewall.emergency_accesses
      union all select data::text from carewall.events where topic = 'org/demo/reviews'`;
    expect(rows.length).toBeGreaterThan(2);
    expect(JSON.stringify(rows)).not.toContain('SECRET');
  });

  test.each([
    ['with Redis', true],
    ['without Redis', false],
  ])(
    'INV-20.3 INV-3.4 %s, frames stop at its end on every node, though nobody says that it is over',
    async (_how, redis) => {
      if (!redis) tier.redis.kill('SIGSTOP');
      const access = redis ? 'timed' : 'timed-alone';
      try {
        expect((await breakGlass('nurse', access)).status).toBe(200);
        const watching = await Promise.all(nodes.map((index) => follow('nurse', beds, index)));
        expect(watching.map(({ answer }) => answer.ok)).toEqual([true, true, true]);
        // The right ends sooner than the access says: nothing that is due ends it, only the clock of each node.
        const [row] = await tier.database.owner.begin(async (sql) => {
          await sql`insert into carewall.rights_log (org_id, principal) values ('demo', 'demo-nurse')`;
          return sql`
          update carewall.grants set until = clock_timestamp() + interval '2500 milliseconds'
          where account = 'demo-nurse' and role = 'emergency' returning until`;
        });
        const end = z.object({ until: z.date() }).parse(row).until.getTime();
        let claimed = false;
        while (Date.now() < end + 1_500) {
          claimed = !claimed;
          await send('admin', claimed ? 'bed.claim' : 'bed.release', { bed: 'ds-02' });
        }
        const late = watching.map(({ told }) => {
          const revoked = told.filter(
            ({ name, payload }) => name === 'revoked' && revokedSchema.parse(payload).topic === beds,
          );
          expect(revoked.map(({ payload }) => payload)).toEqual([{ topic: beds, reason: 'right' }]);
          const frames = told.filter(
            ({ name, payload }) => name === 'event' && eventFrameSchema.parse(payload).topic === beds,
          );
          expect(frames.length).toBeGreaterThan(0);
          return {
            revoked: (revoked[0]?.at ?? Number.POSITIVE_INFINITY) - end,
            frame: (frames.at(-1)?.at ?? 0) - end,
          };
        });
        console.info(
          `${engine}, ${_how}: left after ${late.map(({ revoked }) => revoked)} ms; last frame ${late.map(({ frame }) => frame)} ms after the end`,
        );
        for (const { revoked, frame } of late) {
          expect(revoked).toBeGreaterThanOrEqual(0);
          expect(revoked).toBeLessThan(1_000);
          expect(frame).toBeLessThan(1_000);
        }
        for (const index of nodes)
          expect((await get('nurse', `/api/v1/topics/${encodeURIComponent(beds)}`, index)).status).toBe(404);
        closed(watching);
        expect((await send('admin', 'access.withdraw', { access })).status).toBe(200);
      } finally {
        if (!redis) tier.redis.kill('SIGCONT');
      }
    },
  );

  test('when its time is over, the clock says so to the unit and ends it for good', async () => {
    expect((await breakGlass('nurse', 'over')).status).toBe(200);
    await tier.database.owner`
      update carewall.emergency_accesses set until = clock_timestamp(), falls_due_at = clock_timestamp() where id = 'over'`;
    const reviewOf = async () => {
      const body = z
        .object({ state: reviewsSchema })
        .parse(await (await get('admin', '/api/v1/topics/org%2Fdemo%2Freviews')).json());
      return body.state.reviews.over;
    };
    await expect.poll(reviewOf, { timeout: 10_000 }).toMatchObject({
      ended: { how: 'lapsed', by: { kind: 'system' } },
      overdue: true,
    });
    const left = await tier.database.owner`select from carewall.grants where role = 'emergency'`;
    expect(left).toHaveLength(0);
  });
});
