import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/property-seed.ts"],
    exclude: ["test/editor/**", "test/infra/**", "test/slow/**", "test/bundles/lambda/**"],
    testTimeout: 30_000,
    coverage: {
      provider: "v8",
      include: ["packages/spec/src/**", "packages/engine/src/**", "packages/template/src/**"],
      reporter: ["text-summary", "json-summary", "html"],
      thresholds: {
        "packages/{spec,engine}/src/**": { branches: 100 },
        "packages/template/src/**": { branches: 98 },
      },
    },
  },
});
