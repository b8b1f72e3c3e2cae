import { defineConfig } from 'vitest/config';
import { fastInk } from './.dev/fast-ink.ts';

export default defineConfig({
  test: {
    // Two cores: end-to-end tests train with torch and would starve each other.
    maxWorkers: 2,
    projects: [
      {
        // The screen as it is built: with our parts in Ink.
        plugins: [fastInk],
        // Ink is published with maps of sources that it is published without; Vite says so for each file.
        logLevel: 'error',
        test: {
          name: 'rooms',
          server: { deps: { inline: [/\/ink\//] } },
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**', 'test/house/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'house',
          include: ['test/house/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/e2e/harness-setup.ts',
          // Several trainings one after another; a minute and a half where nothing else runs.
          testTimeout: 300_000,
          // Real processes at a real terminal on a shared machine: what fails twice is a fault.
          retry: 1,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
