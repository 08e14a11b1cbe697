import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

/** A whole story with several starts of the app; on two busy cores everything takes many times as long. */
const STORY_LIMIT_MS = 180_000;
/** The slowest thing one waits for: a start of the app, or a job that ends. */
const WAIT_LIMIT_MS = 45_000;

export default defineConfig({
  testDir: '.',
  globalSetup: './worlds.ts',
  outputDir: fileURLToPath(new URL('../../test-results', import.meta.url)),
  preserveOutput: 'failures-only',
  // Every story starts real programs and watches the whole machine for them.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: STORY_LIMIT_MS,
  expect: { timeout: WAIT_LIMIT_MS },
  reporter: 'list',
});
