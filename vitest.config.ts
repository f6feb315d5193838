import { defineConfig } from 'vitest/config';

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
    // Many tests start servers of their own: more workers than cores only makes them wait for each other.
    maxWorkers: 2,
  },
});
