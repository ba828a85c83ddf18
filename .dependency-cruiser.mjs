/** Imports point inward: transport → application → domain; apps never import each other; the kernel imports nothing. */
const LIBS_BY_LEVEL = [
  ['kernel', 'config', 'credential'],
  ['contracts', 'observability'],
  ['persistence', 'cache', 'security'],
  ['messaging'],
  ['graphql', 'service'],
  ['testing'],
];

/** A library imports libraries of lower levels only, so there are no cycles between them. */
const levels = LIBS_BY_LEVEL.map((libs, level) => ({
  name: `libs-level-${level}`,
  comment: `${libs.join(', ')} may import libraries of lower levels only`,
  severity: 'error',
  from: { path: `^libs/(${libs.join('|')})/`, pathNot: '\\.spec\\.ts$' },
  to: {
    path: `^libs/(${LIBS_BY_LEVEL.slice(level).flat().join('|')})/`,
    pathNot: '^libs/$1/',
  },
}));

export default {
  forbidden: [
    ...levels,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'libs-know-no-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|demo|bench|operations|e2e)/' },
    },
    {
      name: 'apps-know-no-other-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-by-their-root-only',
      comment: 'import #kernel, not a file inside it',
      severity: 'error',
      from: { path: '^(apps|demo|bench|operations|e2e)/' },
      to: { path: '^libs/[^/]+/src/.+', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'domain-is-pure',
      comment: 'state, rules and decisions: no Nest, no engine, no clock of their own',
      severity: 'error',
      from: { path: '/domain/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: '/(application|infrastructure|transport)/|^libs/(?!kernel|contracts|credential)|node_modules/(@nestjs|mongodb|ioredis|kafkajs|graphql)',
      },
    },
    {
      name: 'application-knows-no-transport',
      severity: 'error',
      from: { path: '/application/' },
      to: { path: '/transport/' },
    },
    {
      name: 'infrastructure-knows-no-transport',
      severity: 'error',
      from: { path: '/infrastructure/' },
      to: { path: '/transport/' },
    },
    {
      name: 'demo-is-a-stranger',
      comment: 'the demo uses the public endpoint only, as a client would',
      severity: 'error',
      from: { path: '^demo/' },
      to: { path: '^(apps|libs|platform)/' },
    },
    {
      name: 'bench-knows-no-apps',
      comment:
        "load comes through the public endpoint, accounts and keys through the libraries; drills use operators' tools",
      severity: 'error',
      from: { path: '^bench/' },
      to: { path: '^(apps|demo|platform|e2e|operations/test)/' },
    },
    {
      name: 'operations-know-no-apps',
      comment: "the operators' tools work on the engines through the libraries",
      severity: 'error',
      from: { path: '^operations/' },
      to: { path: '^(apps|demo|bench|platform|e2e)/' },
    },
    {
      name: 'testing-in-tests-only',
      severity: 'error',
      from: {
        path: '^(apps|libs|operations|bench)/',
        pathNot: '(\\.spec\\.ts|\\.e2e\\.ts)$|^libs/testing/|^(apps/[^/]+|operations)/test/',
      },
      to: { path: '^libs/testing/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules|\\.tessera)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['tessera-src', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
