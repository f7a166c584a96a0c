import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/foreign/**/*.test.ts"],
    globalSetup: "test/foreign/global-setup.ts",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 3,
  },
});
