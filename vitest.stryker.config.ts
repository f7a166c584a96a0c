import { defineConfig } from "vitest/config";

/** Only the tests of the two pure packages that are mutated. */
export default defineConfig({ test: { include: ["test/{spec,engine}/**/*.test.ts"] } });
