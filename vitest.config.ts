import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    testTimeout: 20_000,
    // Two cores: end-to-end tests train with torch and would starve each other.
    maxWorkers: 2,
  },
});
