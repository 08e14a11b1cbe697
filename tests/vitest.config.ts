import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Many tests start real processes; on two busy cores a start alone can take seconds. */
const TEST_LIMIT_MS = 90_000;

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    environment: 'node',
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/electron/**', '**/node_modules/**'],
    globalSetup: ['tests/setup/fakes.ts'],
    // Most tests wait for processes of their own rather than compute: on two cores three files at once leave few gaps.
    maxWorkers: 3,
    testTimeout: TEST_LIMIT_MS,
    hookTimeout: TEST_LIMIT_MS,
  },
});
