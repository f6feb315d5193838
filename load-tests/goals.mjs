/*
 * Every limit that a load test is judged by, and nothing else. `most` and `least` are what is promised; `at` is the size at
 * which: a figure from another size is shown and judged, and said to be of another size.
 */

/**
 * @typedef {object} Goal
 * @property {string} scenario
 * @property {string} what
 * @property {string} unit
 * @property {number} [most]
 * @property {number} [least]
 * @property {Record<string, number>} [at]
 */

/**
 * Those of fanout, drain, connections, storm and writers, and those of country, are promised. A day's, a stall's and a soak's are
 * ours: what would be a fault if it were passed.
 * @type {Record<string, Goal>}
 */
export const goals = {
  'fanout-cpu-1000x20': {
    scenario: 'fanout',
    what: 'node CPU a delivery, against bare Socket.IO on the same engine, at 1,000 subscribers × 20 events/s',
    unit: '×',
    most: 1.25,
    at: { subscribers: 1_000, rate: 20 },
  },
  'fanout-cpu-5000x10': {
    scenario: 'fanout',
    what: 'node CPU a delivery, against bare Socket.IO on the same engine, at 5,000 subscribers × 10 events/s',
    unit: '×',
    most: 1.25,
    at: { subscribers: 5_000, rate: 10 },
  },
  'fanout-p50': latency('p50', 5),
  'fanout-p95': latency('p95', 20),
  'fanout-p99': latency('p99', 50),
  'drain-socketio': {
    scenario: 'drain',
    what: 'deliveries a second out of a written log, against bare Socket.IO on uWebSockets.js',
    unit: '×',
    least: 0.8,
    at: { subscribers: 1_000 },
  },
  'drain-raw-ws': {
    scenario: 'drain',
    what: 'deliveries a second out of a written log, against raw ws',
    unit: '×',
    least: 5,
    at: { subscribers: 1_000 },
  },
  'connections-memory': {
    scenario: 'connections',
    what: 'node memory a connection in 3 rooms',
    unit: 'KiB',
    most: 20,
    at: { connections: 18_000 },
  },
  'connections-rate': {
    scenario: 'connections',
    what: 'connected, authenticated and subscribed a second, with tokens made beforehand',
    unit: '/s',
    least: 1_000,
    at: { connections: 18_000 },
  },
  'storm-complete': {
    scenario: 'storm',
    what: 'from a node’s return until every client has all it missed',
    unit: 's',
    most: 15,
    at: { clients: 10_000 },
  },
  'writers-many': {
    scenario: 'writers',
    what: 'commands a second over many topics, acknowledged after commit',
    unit: '/s',
    least: 1_500,
    at: { topics: 64 },
  },
  'writers-one': {
    scenario: 'writers',
    what: 'commands a second on one topic, acknowledged after commit',
    unit: '/s',
    least: 500,
  },
  'country-change': {
    scenario: 'country',
    what: 'p99 from a change’s acknowledgement to the network’s wall',
    unit: 'ms',
    most: 1_500,
    at: { facilities: 7_154 },
  },
  'country-snapshot': {
    scenario: 'country',
    what: 'slowest snapshot of the network, one at a time, while 100 changes a second come',
    unit: 'ms',
    most: 300,
    at: { facilities: 7_154 },
  },
  'country-snapshot-size': {
    scenario: 'country',
    what: 'largest compressed snapshot of the network',
    unit: 'KiB',
    most: 1_024,
    at: { facilities: 7_154 },
  },
  'country-region': {
    scenario: 'country',
    what: 'bytes to a region’s wall with everybody’s changes, against its own alone',
    unit: '×',
    most: 1.25,
  },
  'country-facility': {
    scenario: 'country',
    what: 'bytes to a facility’s wall with everybody’s changes, against its own alone',
    unit: '×',
    most: 1.25,
  },
  'stall-p99': {
    scenario: 'stall',
    what: 'p99 of readers beside stalled ones, more than without them',
    unit: 'ms',
    most: 50,
    at: { sockets: 400 },
  },
  'stall-cut-off': {
    scenario: 'stall',
    what: 'stalled readers that were cut off and came back with nothing missing',
    unit: '%',
    least: 100,
  },
  'shift-change-p99': {
    scenario: 'shift-change',
    what: 'p99 from commit to a subscriber’s socket through a hospital’s day',
    unit: 'ms',
    most: 50,
    at: { subscribers: 1_000 },
  },
  'soak-memory': {
    scenario: 'soak',
    what: 'rise of node memory from the first quarter to the last',
    unit: '%',
    most: 10,
  },
  'soak-descriptors': {
    scenario: 'soak',
    what: 'rise of open descriptors from the first quarter to the last',
    unit: '',
    most: 5,
  },
  'soak-latency': {
    scenario: 'soak',
    what: 'rise of the median latency from the first quarter to the last',
    unit: 'ms',
    most: 2,
  },
};

function latency(which, most) {
  return {
    scenario: 'fanout',
    what: `${which} from commit to socket, at 20,000 deliveries/s`,
    unit: 'ms',
    most,
    at: { subscribers: 1_000, rate: 20 },
  };
}
