import { defineConfig } from 'vitest/config';
import { WaitingFirst } from './tests/support/waiting-first.ts';

export default defineConfig({
  test: {
    include: [
      '{domain,db,realtime,cli,load-tests,tests}/**/*.test.ts',
      'web/src/**/*.test.{ts,tsx}',
      'load-tests/**/*.test.mjs',
      'scripts/**/*.test.ts',
    ],
    globalSetup: ['tests/support/global-setup.ts'],
    reporters: ['default', './tests/support/closing-line-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    // On two cores: of three, one waits at any time, for a server that starts or a time that the product promises.
    maxWorkers: 3,
    // What a test holds is its own server and database; modules keep nothing, and loading them anew costs a tenth of the run.
    isolate: false,
    sequence: { sequencer: WaitingFirst },
  },
});
