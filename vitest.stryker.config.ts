import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/**
 * Only the tests of the two pure packages that are mutated. Stryker works on a copy of the repository whose node_modules
 * is a link, so workspace imports would lead out of the copy: they are pointed back into it.
 */
export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^@specdrop\/(spec|engine|events)$/,
        replacement: fileURLToPath(new URL("packages/$1/src/index.ts", import.meta.url)),
      },
      {
        find: /^@specdrop\/(local)\/(.*)$/,
        replacement: fileURLToPath(new URL("packages/$1/src/$2.ts", import.meta.url)),
      },
    ],
  },
  test: {
    include: ["test/{spec,engine}/**/*.test.ts"],
    setupFiles: ["test/property-seed.ts"],
    // Megabytes of hostile text for every mutant would take days; what they guard is time, which mutants do not show.
    exclude: ["test/spec/robustness.test.ts"],
    // The same for single tests of size: each takes longer than all others together.
    testNamePattern:
      /^(?!.*(agree on the shape|count towards the limit|page of SD1018|beyond the limit are not|whatever JSON\.parse))/,
    testTimeout: 60_000,
  },
});
