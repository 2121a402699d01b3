import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores is what a CI machine has; more workers than cores only makes tests that measure order flaky.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});
