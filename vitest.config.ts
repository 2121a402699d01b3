import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (file: string): string => fileURLToPath(new URL(`src/${file}`, import.meta.url));

export default defineConfig({
  // What a plugin imports is in dist/ once it is published, and here in src/.
  resolve: {
    alias: {
      'ringbook/plugin/xml': source('xml/xml.ts'),
      'ringbook/plugin': source('plugin-api.ts'),
      'ringbook/testing': source('testing-api.ts'),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores is what a CI machine has; more workers than cores only makes tests that measure order flaky.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});
