import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const only = process.env["MUTATE"];

/**
 * Only the tests of the pure packages that are mutated; MUTATE names one of them. Stryker works on a copy of the repository whose node_modules
 * is a link, so workspace imports would lead out of the copy: they are pointed back into it.
 */
export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^@specdrop\/template\/(check|remarks)$/,
        replacement: fileURLToPath(new URL("packages/template/src/check/$1.ts", import.meta.url)),
      },
      {
        find: /^@specdrop\/(spec|engine|events|template)$/,
        replacement: fileURLToPath(new URL("packages/$1/src/index.ts", import.meta.url)),
      },
      {
        find: /^@specdrop\/ledger\/records$/,
        replacement: fileURLToPath(new URL("packages/ledger/src/records/records.ts", import.meta.url)),
      },
      {
        find: /^@specdrop\/(ledger)\/(.*)$/,
        replacement: fileURLToPath(new URL("packages/$1/src/$2.ts", import.meta.url)),
      },
    ],
  },
  test: {
    include: [
      `test/${only ?? "{spec,engine,template}"}/**/*.test.ts`,
      ...(only === undefined ? ["test/ledger/{lease,records,renaming,revisions,run-id,submissions}.test.ts"] : []),
    ],
    setupFiles: ["test/property-seed.ts"],
    // Megabytes of hostile text for every mutant would take days; what they guard is time, which mutants do not show.
    exclude: ["test/spec/robustness.test.ts", "test/template/properties.test.ts"],
    // The same for single tests of size: each takes longer than all others together.
    testNamePattern:
      /^(?!.*(agree on the shape|count towards the limit|page of SD1018|beyond the limit are not|whatever JSON\.parse))/,
    testTimeout: 60_000,
  },
});
