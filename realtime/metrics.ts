import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const quick = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** One instrument for each stage of the path. Labels are closed sets: never an id, a topic or a person. */
export interface StageMetrics {
  readonly registry: Registry;
  readonly commands: Counter<'type' | 'outcome' | 'door'>;
  readonly commandSeconds: Histogram<'door'>;
  readonly commandRetries: Counter;
  readonly relayed: Counter;
  readonly commitToRelay: Histogram;
  readonly commitToRoom: Histogram;
  readonly publishFailed: Counter;
  readonly staleTerm: Counter;
  readonly gapFilled: Counter;
  readonly doubleDropped: Counter;
  readonly broadcasts: Counter<'view'>;
  readonly subscribes: Counter<'by'>;
  readonly topicReads: Counter<'for'>;
  readonly sockets: Gauge;
  readonly subscriptions: Gauge;
  readonly disconnects: Counter<'reason'>;
  readonly refusals: Counter<'door' | 'code'>;
  readonly hl7Messages: Counter<'source' | 'code'>;
  readonly hl7Bytes: Counter<'source'>;
  readonly hl7Seconds: Histogram<'source'>;
  readonly mllpConnections: Gauge;
  readonly hl7Faults: Counter<'reason'>;
  readonly faults: Counter<'stage'>;
}

/** Makes the instruments of one node, with those of the process itself. */
export function createMetrics(): StageMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const seconds = { buckets: quick, registers };
  return {
    registry,
    commands: new Counter({
      name: 'carewall_commands_total',
      help: 'Commands answered',
      labelNames: ['type', 'outcome', 'door'],
      registers,
    }),
    commandSeconds: new Histogram({
      name: 'carewall_command_seconds',
      help: 'From a command to its answer after commit',
      labelNames: ['door'],
      ...seconds,
    }),
    commandRetries: new Counter({
      name: 'carewall_command_retries_total',
      help: 'Transactions tried again after a deadlock or a race',
      registers,
    }),
    relayed: new Counter({
      name: 'carewall_relay_events_total',
      help: 'Events published by the relay',
      registers,
    }),
    commitToRelay: new Histogram({
      name: 'carewall_commit_to_relay_seconds',
      help: 'From an event’s place in the log to its publication',
      ...seconds,
    }),
    commitToRoom: new Histogram({
      name: 'carewall_commit_to_room_seconds',
      help: 'From an event’s place in the log to its broadcast on this node',
      ...seconds,
    }),
    publishFailed: new Counter({
      name: 'carewall_bus_publish_failed_total',
      help: 'Messages that Redis did not take; what they brought is filled from the log',
      registers,
    }),
    staleTerm: new Counter({
      name: 'carewall_bus_stale_term_total',
      help: 'Messages of a leader that no longer leads, dropped',
      registers,
    }),
    gapFilled: new Counter({
      name: 'carewall_sequencer_filled_total',
      help: 'Events read from the log because no message brought them in time',
      registers,
    }),
    doubleDropped: new Counter({
      name: 'carewall_sequencer_dropped_total',
      help: 'Messages dropped because their event had been delivered',
      registers,
    }),
    broadcasts: new Counter({
      name: 'carewall_broadcasts_total',
      help: 'Frames broadcast to rooms',
      labelNames: ['view'],
      registers,
    }),
    subscribes: new Counter({
      name: 'carewall_subscribes_total',
      help: 'Subscriptions answered, by what they cost: ring, log, snapshot, fetch',
      labelNames: ['by'],
      registers,
    }),
    topicReads: new Counter({
      name: 'carewall_topic_reads_total',
      help: 'Readings of the database for those who subscribe: as many as topics ask for, however many come',
      labelNames: ['for'],
      registers,
    }),
    sockets: new Gauge({ name: 'carewall_sockets', help: 'Connected sockets', registers }),
    subscriptions: new Gauge({
      name: 'carewall_subscriptions',
      help: 'Topics that sockets are subscribed to',
      registers,
    }),
    disconnects: new Counter({
      name: 'carewall_disconnects_total',
      help: 'Sockets that went, by reason: that of Socket.IO, or “slow reader” past the bound of what may wait for one',
      labelNames: ['reason'],
      registers,
    }),
    refusals: new Counter({
      name: 'carewall_refusals_total',
      help: 'Requests refused',
      labelNames: ['door', 'code'],
      registers,
    }),
    hl7Messages: new Counter({
      name: 'carewall_hl7_messages_total',
      help: 'HL7 v2 messages acknowledged, by source (its id; “unknown” where none is configured) and code',
      labelNames: ['source', 'code'],
      registers,
    }),
    hl7Bytes: new Counter({
      name: 'carewall_hl7_bytes_total',
      help: 'Bytes of HL7 v2 messages, by source',
      labelNames: ['source'],
      registers,
    }),
    hl7Seconds: new Histogram({
      name: 'carewall_hl7_seconds',
      help: 'From an HL7 v2 message being whole to its acknowledgement, by source',
      labelNames: ['source'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    mllpConnections: new Gauge({
      name: 'carewall_mllp_connections',
      help: 'Connections of HL7 v2 senders',
      registers,
    }),
    hl7Faults: new Counter({
      name: 'carewall_hl7_faults_total',
      help: 'What went wrong before a message was one: framing, handshakes, connections turned away, batches',
      labelNames: ['reason'],
      registers,
    }),
    faults: new Counter({
      name: 'carewall_faults_total',
      help: 'Failures that were not expected, by stage',
      labelNames: ['stage'],
      registers,
    }),
  };
}
