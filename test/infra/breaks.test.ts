import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { BREAKS } from "./breaks.ts";
import { ROOT } from "./paths.ts";

// `npm run test:infra:break` takes long: what it breaks is to be there when somebody runs it.
test("every passage that can be broken stands in sst.config.ts once", () => {
  const config = readFileSync(path.join(ROOT, "sst.config.ts"), "utf8");
  const misfits = BREAKS.filter(({ from, to }) => config.split(from).length !== 2 || from === to);
  expect(misfits.map(({ title }) => title)).toEqual([]);
});

test("every break has a title of its own", () => {
  expect(new Set(BREAKS.map(({ title }) => title)).size).toBe(BREAKS.length);
});
