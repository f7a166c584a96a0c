import { defineConfig } from "vitest/config";

/** Needs what `npm ci --prefix test/editor` installs; `npm run test:editor` does both. */
export default defineConfig({
  test: { include: ["test/editor/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
});
