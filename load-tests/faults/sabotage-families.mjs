import { mark } from './identity.mjs';
import { huddleTopic, outsiderRole } from './topics.mjs';

/** @typedef {import('./evidence.mjs').Evidence} Evidence */

const payments = 'org/demo/payments';
const department = 'department/medicine/appointments';

/**
 * Ways to spoil what a run has left of appointments, conversations, payments and what is computed, each under the rule
 * that must find it.
 */
export const spoiltFamilies = {
  'leak: an outsider is given a conversation': ({ clients }) => {
    const { entries } = outsidersTopic(clients);
    const asked = Date.now();
    entries.push({ t: asked, k: 'snapshot', seq: 1, h: 'any', via: 'answer', node: 'a', c: 1, asked });
  },
  'leak: a frame of a conversation leaks': ({ clients, topics }) => {
    const { entries } = outsidersTopic(clients);
    const { seq, type, at } = topics[huddleTopic].views.clinical.frames.at(-1);
    const frame = { t: Date.now(), k: 'early', seq, type, at: Date.parse(at), via: 'push', node: 'a', c: 1 };
    entries.splice(0, 0, frame);
  },
  'membership: somebody taken out keeps a conversation': ({ clients }) => {
    outsidersTopic(clients).seq = 1;
  },
  'rights: somebody speaks who is no member': ({ topics }) => {
    topics[huddleTopic].views.clinical.frames.at(-1).by.id = `demo-${outsiderRole}`;
  },
  'unread: an unread message is not told of': ({ topics }) => {
    const { conversation } = topics['user/demo-nurse'].views.own.now.state;
    Object.values(conversation)[0].unread += 1;
  },
  'identity: what one is told of tells what was said': ({ topics }) => {
    const { frames } = topics['user/demo-nurse'].views.own;
    frames[0].data.item.text = mark;
  },
  'identity: a lesser view of appointments tells who a patient is': ({ topics }) => {
    const { frames } = topics[department].views.operational;
    frames[0].data.account = 'demo-patient';
  },
  'fold: appointments are not what history folds to': ({ topics }) => {
    const { appointments } = topics[department].views.clinical.now.state;
    Object.values(appointments)[0].start = 'another time';
  },
  'overlap: a time is given twice': ({ facts }) => {
    facts.overlaps.push({ one: 'an-appointment', other: 'another' });
  },
  'payment: a payment goes back': ({ topics }) => {
    const told = topics[payments].views.full.frames.filter(({ data }) => data.told !== undefined);
    told.at(-1).data.to = 'initiated';
  },
  'payment: a payment jumps': ({ topics }) => {
    const told = topics[payments].views.full.frames.filter(({ data }) => data.told !== undefined);
    told.at(-1).data.from = 'disputed';
  },
  'ledger: a movement of money does not balance': ({ facts }) => {
    facts.entries[0].amount += 1;
  },
  'ledger: a movement of money is missing': ({ facts }) => {
    const { payment, movement } = facts.entries[0];
    facts.entries = facts.entries.filter((one) => one.payment !== payment || one.movement !== movement);
  },
  'webhook: a webhook was taken and not stored': ({ facts, told }) => {
    const { id } = told.find(({ outcome }) => outcome === 'taken');
    facts.deliveries = facts.deliveries.filter((delivery) => delivery.id !== id);
  },
  'webhook: a webhook was never processed': ({ facts, told }) => {
    const { id } = told.find(({ expected }) => expected === 'applied');
    facts.deliveries.find((delivery) => delivery.id === id).status = 'stored';
  },
  'webhook: a webhook was put aside that fits': ({ facts, told }) => {
    const { id } = told.find(({ expected }) => expected === 'applied');
    facts.deliveries.find((delivery) => delivery.id === id).status = 'quarantined';
  },
  'webhook: a webhook was applied twice': ({ topics }) => {
    const { frames } = topics[payments].views.full;
    const its = frames.findLast(({ data }) => data.told !== undefined);
    frames.push({ ...its, seq: its.seq + 1_000 });
  },
  'webhook: a webhook was never answered': ({ told }) => {
    told.find(({ expected }) => expected === 'applied').outcome = 'unclear';
  },
  'webhook: a forged webhook was taken': ({ told }) => {
    const its = told.find(({ outcome, expected }) => outcome === 'taken' && expected !== 'never');
    its.expected = 'never';
  },
  'census: the census counts a bed that is not there': ({ topics }) => {
    const { units } = topics['facility/rgh/census'].views.public.now.state;
    Object.values(units)[0].tally.beds += 1;
  },
  'network: the network shows an old count': ({ topics }) => {
    const { facilities } = topics['network/availability'].views.public.now.state;
    Object.values(facilities.crisis.levels)[0].version -= 1;
  },
  'derived: what is computed never comes to rest': ({ facts }) => {
    facts.upToDate = false;
  },
  'state: a client of payments folded to another state': ({ clients }) => {
    topicOf(clients, payments).state = 'another';
  },
  'order: a computed frame is lost': ({ clients }) => {
    const { entries } = topicOf(clients, 'network/availability');
    entries.splice(
      entries.findIndex(({ k }) => k === 'frame'),
      1,
    );
  },
};

function outsidersTopic(clients) {
  const its = clients.filter(({ role }) => role === outsiderRole);
  return its.flatMap(({ topics }) => topics).find(({ topic }) => topic === huddleTopic);
}

function topicOf(clients, wanted) {
  const all = clients.flatMap(({ topics }) => topics).filter(({ topic }) => topic === wanted);
  return all.find(({ entries }) => entries.some(({ k }) => k === 'frame'));
}
