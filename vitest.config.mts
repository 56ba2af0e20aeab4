import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // What all tests share is had once, before the first of them, and told while it is waited for.
    globalSetup: ["test/setup.ts"],
    // Acceptance tests drive real engines; a machine of two cores is the smallest that CI has.
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 600_000,
    reporters: ["default"],
  },
});
