import { mark } from './identity.mjs';

const halfHourMs = 1_800_000;
/** Half hours from seven in the morning there, as long as practitioners and rooms of the demo are open. */
const halfHours = 24;
const practitioners = ['lan-pham', 'duc-nguyen', 'hanh-do'];
const rooms = ['medicine-1', 'medicine-2', 'medicine-3'];

/**
 * The work of somebody at a desk who books and moves appointments of one far day, on which others book as well: most
 * times are wanted twice. `shared` holds the appointments of all of them.
 * @param {{ name: string, random: import('./random.mjs').Random, day: number, shared: string[] }} options
 */
export function createAppointmentWork({ name, random, day, shared }) {
  let count = 0;
  const topic = 'department/medicine/appointments';

  const slot = () => {
    const length = random.whole(1, 3);
    const start = day + random.whole(0, halfHours - length) * halfHourMs;
    const time = (ms) => new Date(ms).toISOString();
    return { start: time(start), end: time(start + length * halfHourMs) };
  };

  function book() {
    count += 1;
    const id = `${name}x${count}`;
    const family = `${mark}F${name}x${count}`;
    const isTold = random.chance(0.3);
    return {
      type: 'appointment.book',
      event: 'appointment.booked',
      data: {
        department: 'medicine',
        appointment: id,
        practitioner: random.pick(practitioners),
        room: random.pick(rooms),
        ...slot(),
        service: random.pick(['consultation', 'imaging', 'therapy']),
        patient: { family, given: `${mark}G` },
        ...(isTold ? { account: 'demo-patient' } : {}),
      },
      words: family,
      names: id,
      done: (carriedOut) => carriedOut && shared.push(id),
    };
  }

  function about(id, type, event, data = {}, words = undefined) {
    return { type, event, data: { appointment: id, ...data }, words, names: id, done: () => undefined };
  }

  function change(id) {
    const drawn = random.next();
    if (drawn < 0.5) return about(id, 'appointment.move', 'appointment.moved', slot());
    // Whoever has gone through all of it is not asked about again.
    if (drawn < 0.8) return about(id, 'appointment.arrive', 'appointment.arrived');
    shared.splice(shared.indexOf(id), 1);
    // Not everybody at a desk may say so.
    if (drawn < 0.85)
      return {
        ...about(id, 'appointment.fulfil', 'appointment.fulfilled'),
        mayBe: ['conflict', 'forbidden'],
      };
    if (drawn < 0.9) return about(id, 'appointment.no-show', 'appointment.missed');
    count += 1;
    const note = `${mark}N${name}x${count}`;
    return about(id, 'appointment.cancel', 'appointment.cancelled', { reason: 'pat', note }, note);
  }

  return {
    next() {
      const command = shared.length < 6 || random.chance(0.2) ? book() : change(random.pick(shared));
      // Whose account is named with an appointment is told of all that happens to it.
      return { ...command, topic, alsoOn: ['user/demo-patient'] };
    },
  };
}
