import { demoPassword } from '#db/demo/demo-network.ts';
import { startServer } from './app.ts';
import { createLog, faultFields } from './log.ts';
import { readSettings } from './settings.ts';

const read = readSettings(process.env);
if (!read.ok) {
  process.stderr.write(
    `Carewall cannot start with these settings:\n${read.faults.map((fault) => `  ${fault}\n`).join('')}`,
  );
  process.exit(2);
}
const { settings } = read;
if (process.argv.includes('--check')) {
  process.stdout.write('The settings are valid.\n');
  process.exit(0);
}
const log = createLog(settings.logLevel);

// A promise that nobody waited for is a fault to mend, and no reason to send a ward's screens away.
process.on('unhandledRejection', (reason) =>
  log.error(faultFields(reason), 'a failure that nobody heard of'),
);

try {
  const server = await startServer(settings, log);
  const signIn = settings.demo
    ? `; sign in as nurse@demo.carewall.example with the password ${demoPassword}`
    : '';
  const hl7 = server.mllpPort === undefined ? '' : `; HL7 v2 (MLLP) on port ${server.mllpPort}`;
  const tls =
    server.mllpTlsPort === undefined ? '' : `; HL7 v2 (MLLP over TLS) on port ${server.mllpTlsPort}`;
  process.stdout.write(`Carewall is at ${server.url}${signIn}${hl7}${tls}\n`);
  const stop = (): void => {
    server.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (error) {
  // What stops a start is about settings and the system, not about patients: its own words help most.
  log.fatal(faultFields(error), error instanceof Error ? error.message : 'the server could not start');
  process.stderr.write(`Carewall could not start: ${error instanceof Error ? error.message : 'unknown'}\n`);
  process.exit(1);
}
