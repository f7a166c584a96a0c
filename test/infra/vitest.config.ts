import { defineConfig } from "vitest/config";

/** The tests of sst.config.ts: they install SST's platform first, so they are a run of their own. */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ["*.test.ts"],
    setupFiles: [`${import.meta.dirname}/break-settings.ts`],
    globalSetup: `${import.meta.dirname}/global-setup.ts`,
    isolate: false,
    testTimeout: 60_000,
  },
});
