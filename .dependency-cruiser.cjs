/** The arrows of the house: domain ← db ← realtime, domain ← web, load-tests on their own. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^domain/' },
      to: { path: '^(db|realtime|web|load-tests|tests)/' },
    },
    {
      name: 'domain-does-no-io',
      severity: 'error',
      from: { path: '^domain/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'db-imports-domain-alone',
      severity: 'error',
      from: { path: '^db/' },
      to: { path: '^(realtime|web|load-tests)/' },
    },
    {
      name: 'realtime-does-not-import-web',
      severity: 'error',
      from: { path: '^realtime/' },
      to: { path: '^(web|load-tests)/' },
    },
    {
      name: 'web-imports-domain-alone',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(db|realtime|load-tests)/' },
    },
    {
      name: 'load-tests-speak-the-contract-alone',
      severity: 'error',
      from: { path: '^load-tests/' },
      to: { path: '^(domain|db|realtime|web)/' },
    },
    {
      name: 'command-line-is-a-client',
      comment:
        'It reads and sends what ingest reads and answers; only what whoever runs the installation does beside the database has a way of its own to it.',
      severity: 'error',
      from: { path: '^cli/', pathNot: '^cli/operator/' },
      to: {
        path: '^(db|web|load-tests)/|^realtime/(?!ingest/(hl7|mllp)/)',
        pathNot: '\\.test\\.ts$|/testing/',
      },
    },
    {
      name: 'nobody-imports-the-command-line',
      severity: 'error',
      from: { path: '^(domain|db|realtime|web|load-tests)/' },
      to: { path: '^cli/' },
    },
    {
      name: 'realtime-knows-no-hospital',
      comment: 'Only the list of contexts and the stores are known to the server; ingest alone translates.',
      severity: 'error',
      from: { path: '^realtime/', pathNot: '^realtime/ingest/|\\.test\\.ts$' },
      to: {
        path: '^(domain/[^/]+/|db/(stores|demo)/)',
        pathNot: '^(domain/identity/|db/stores/stores|db/demo/(seed-demo|demo-network))',
      },
    },
    {
      name: 'tests-stay-out-of-the-product',
      severity: 'error',
      from: { path: '^(domain|db|realtime|web|cli)/', pathNot: '(\\.test\\.tsx?$|/testing/)' },
      to: { path: '(\\.test\\.tsx?$|/testing/|^tests/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
    },
  },
};
