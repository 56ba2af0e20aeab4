import { defineConfig } from "vitest/config";

// Two workers: acceptance tests drive real engines, and a machine of two cores is the smallest that CI has.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 1_800_000,
    maxWorkers: 2,
    reporters: ["default"],
  },
});
