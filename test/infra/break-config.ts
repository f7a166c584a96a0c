/**
 * Breaks the infrastructure in every way that breaks.ts lists, and shows which tests notice. Arguments choose the breaks
 * whose title they are part of. Exit 1 if a break goes unnoticed.
 */
import path from "node:path";
import { createVitest, type TestSpecification } from "vitest/node";
import { BREAKS, type Break } from "./breaks.ts";
import { synthStages } from "./global-setup.ts";
import { installSst } from "./install-sst.ts";
import { pack } from "./package.ts";

const wanted = process.argv.slice(2);
const chosen = BREAKS.filter(({ title }) => wanted.length === 0 || wanted.some((part) => title.includes(part)));

/** What takes long, and shows nothing that the others do not; and what asks whether the breaks fit. */
const LEFT_OUT = ["config.test.ts", "snippets.test.ts", "used.test.ts", "breaks.test.ts", "package.test.ts"];

await installSst();
const packed = pack();
const sound = await synthStages(packed);
const config = path.join(import.meta.dirname, "vitest.config.ts");
const vitest = await createVitest("test", { config, watch: false, reporters: [{}], globalSetup: [] });
let unnoticed = 0;
try {
  await vitest.standalone();
  const specifications = await vitest.globTestSpecifications();
  const whole = await failures({ title: "nothing is broken", breaking: () => 0 }, specifications);
  if (whole.length > 0) throw new Error(`Tests fail before anything is broken: ${whole.join("; ")}`);
  for (const [index, one] of chosen.entries()) {
    const failed = await failures(one, specifications);
    if (failed.length === 0) unnoticed += 1;
    const verdict = failed.length === 0 ? "UNNOTICED" : `${failed.length} failed, first: ${failed[0]}`;
    console.log(`${String(index + 1).padStart(3)} ${one.title}\n    ${verdict}`);
  }
} finally {
  await vitest.close();
}
console.log(`${chosen.length - unnoticed} of ${chosen.length} breaks are noticed.`);
process.exitCode = unnoticed === 0 ? 0 : 1;

/** The names of the tests that fail on the broken infrastructure. */
async function failures(one: Break, all: readonly TestSpecification[]): Promise<readonly string[]> {
  const stages = structuredClone(sound);
  if ("breaking" in one) for (const stage of Object.values(stages)) one.breaking(stage);
  vitest.provide("packed", packed);
  vitest.provide("stages", stages);
  // Workers take it from here, and what they start as well.
  delete process.env["SPECDROP_BROKEN_SETTING"];
  if ("setting" in one) process.env["SPECDROP_BROKEN_SETTING"] = `${one.setting} = ${one.to};`;
  const chosenFiles = all.filter(({ moduleId }) => {
    const file = path.basename(moduleId);
    return one.tests === undefined ? !LEFT_OUT.includes(file) : file === one.tests;
  });
  const { testModules } = await vitest.runTestSpecifications(chosenFiles);
  // What other runs came to is still there.
  const ofThisRun = testModules.filter(({ moduleId }) => chosenFiles.some((file) => file.moduleId === moduleId));
  const tests = ofThisRun.flatMap((module) => [...module.children.allTests()]);
  if (tests.length === 0) throw new Error(`No tests were run: ${one.title}`);
  return tests.filter((test) => test.result().state === "failed").map(({ fullName }) => fullName);
}
