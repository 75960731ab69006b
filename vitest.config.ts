// The test suites: one project each, so that a run can choose by name. Real servers need time, the screen only one user.
import { defineConfig } from 'vitest/config';

/** What a folder below test/ needs. Limits in milliseconds. */
const suites = [
  { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}', 'test/layers.test.ts'], timeoutMs: 30_000, parallel: true },
  { name: 'contract', include: ['test/contract/**/*.test.ts'], timeoutMs: 60_000, parallel: true },
  { name: 'integration', include: ['test/integration/**/*.test.ts'], timeoutMs: 120_000, parallel: true },
  { name: 'e2e', include: ['test/e2e/**/*.test.ts'], timeoutMs: 180_000, parallel: false },
];

export default defineConfig({
  test: {
    // Two cores are what CI has; more workers only fight for them.
    maxWorkers: 2,
    projects: suites.map((suite) => ({
      test: {
        name: suite.name,
        include: suite.include,
        testTimeout: suite.timeoutMs,
        hookTimeout: suite.timeoutMs,
        fileParallelism: suite.parallel,
        environment: 'node',
      },
    })),
  },
});
