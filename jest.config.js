/**
 * Kinds of tests: pure units, services on the real engines, journeys through the gateway, and those of them that take
 * minutes; Stripe before stripe-mock.
 */
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['tessera-src', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.tessera'],
};

export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,bench,demo,operations}/**/*.spec.ts'],
      testPathIgnorePatterns: ['\\.service\\.spec\\.ts$'],
    },
    {
      ...common,
      displayName: 'service',
      testMatch: ['<rootDir>/{apps,libs,operations}/**/*.service.spec.ts'],
    },
    { ...common, displayName: 'stripe', testMatch: ['<rootDir>/apps/*/test/**/*.stripe.ts'] },
    {
      ...common,
      displayName: 'e2e',
      testMatch: ['<rootDir>/apps/**/*.e2e.ts', '<rootDir>/e2e/**/*.e2e.ts'],
      testPathIgnorePatterns: ['/e2e/endurance/'],
    },
    { ...common, displayName: 'endurance', testMatch: ['<rootDir>/e2e/endurance/*.e2e.ts'] },
  ],
  testTimeout: 30_000,
  maxWorkers: 2,
};
