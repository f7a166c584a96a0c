import { expect, inject, test } from "vitest";
import * as settings from "../../infra/settings.ts";
import { BREAKS } from "./breaks.ts";

// `npm run test:infra:break` takes long: what it breaks is to be there when somebody runs it.
test("every setting that can be broken is there, and a break changes it", () => {
  const unchanged = BREAKS.filter((one) => {
    if ("setting" in one) return tableEntry(one.setting) === undefined;
    const stages = Object.values(structuredClone(inject("stages")));
    return stages.reduce((sum, stage) => sum + one.breaking(stage), 0) === 0;
  });
  expect(unchanged.map(({ title }) => title)).toEqual([]);
});

test("every break has a title of its own", () => {
  expect(new Set(BREAKS.map(({ title }) => title)).size).toBe(BREAKS.length);
});

test("every check of a setting can be broken", () => {
  const broken = BREAKS.flatMap((one) => ("setting" in one ? [one.setting] : []));
  const checks = Object.keys(settings.CHECKS).map((name) => `CHECKS.${name}`);
  expect(checks.filter((name) => !broken.includes(name as never))).toEqual([]);
});

function tableEntry(setting: string): unknown {
  const [table = "", name = ""] = setting.split(".");
  return (settings as unknown as Record<string, Record<string, unknown>>)[table]?.[name];
}
