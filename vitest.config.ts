import { defineConfig } from "vitest/config";

/** Mocks of modules and clients, spies on globals, counts of what a process does: each file gets a process of its own. */
const ALONE = [
  "test/{aws,bundles,ci,functions,ledger,local}/**/*.test.ts",
  "test/cli/terminal.test.ts",
  "test/slack/bot.test.ts",
  "test/spec/{hostile,parse-lazily,robustness}.test.ts",
];

export default defineConfig({
  test: {
    setupFiles: ["test/property-seed.ts"],
    testTimeout: 30_000,
    // Where there are two cores: many tests wait for a queue or a process.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{browser,editor,foreign,infra,slow}/**", ...ALONE],
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: ALONE, exclude: ["test/bundles/lambda/**"] } },
    ],
    coverage: {
      provider: "v8",
      reportOnFailure: true,
      include: [
        "packages/{spec,engine,template}/src/**",
        "packages/ledger/src/{bids,lease,renaming,revisions,run-id,submissions}.ts",
        "packages/ledger/src/records/**",
      ],
      reporter: ["text-summary", "json-summary", "html"],
      thresholds: {
        "packages/{spec,engine,ledger}/src/**": { branches: 100 },
        "packages/template/src/**": { branches: 98 },
      },
    },
  },
});
