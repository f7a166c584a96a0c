import { defineConfig } from "vitest/config";

/** The tests of the bundles, and their runs under Lambda's runtime client, which take what `run.ts` installs. */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ["**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
