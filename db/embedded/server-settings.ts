import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

const defaults: Record<string, string> = {
  cluster_name: 'carewall',
  max_connections: '200',
  shared_buffers: '256MB',
  track_commit_timestamp: 'on',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Compiling costs more than our short statements take.
  jit: 'off',
  // The server's log may hold no patient's data: no failed statement, no value of a violated constraint. Whoever
  // sent the statement gets its error in full.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/** What keeps the server ours and private; nobody may set these otherwise. */
const fixed: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  // No socket file: its folder would have to be shared by users who may not enter each other's.
  unix_socket_directories: '',
  logging_collector: 'off',
};

const elsewhereDecided = [
  'port',
  'data_directory',
  'config_file',
  'hba_file',
  'ident_file',
  'external_pid_file',
];

/** The arguments that give the server our settings, overlaid with the caller's. Throws EmbeddedPostgresError for one that may not be set. */
export function settingArguments(port: number, settings: Record<string, string>): string[] {
  for (const name of Object.keys(settings)) {
    if (!/^[a-z_][a-z0-9_.]*$/.test(name) || name in fixed || elsewhereDecided.includes(name)) {
      throw new EmbeddedPostgresError(
        `The setting ${name} of the embedded database is not the caller's to set: leave it out.`,
      );
    }
  }
  const all = { ...defaults, ...settings, ...fixed, port: String(port) };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
