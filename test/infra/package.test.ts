import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, inject, test, vi } from "vitest";
import { ofKind, readPage, snippetsOf } from "../docs/snippets.ts";
import { all, bare, comparable, only, TYPES } from "./infrastructure.ts";
import { projectWith } from "./package.ts";
import { STAGES, WEBHOOK } from "./stages.ts";
import { synth } from "./synth.ts";
import { typeCheck } from "./type-check.ts";

const packed = inject("packed");

test("the package makes the resources that this repository's configuration makes", async () => {
  const ours = await synth(STAGES.production);
  expect(comparable(inject("stages").production)).toEqual(comparable(ours));
  expect(ours.builds.map(({ handler }) => handler).sort()).toEqual([
    "functions/src/intake.handler",
    "functions/src/notify.handler",
    "functions/src/reconcile.handler",
    "functions/src/sweep.handler",
  ]);
});

const snippets = ofKind(snippetsOf(readPage("install-sst.md")), "sst-config");
/** What a team may have in its app beside specdrop: the names that specdrop's own resources have in this repository. */
const BESIDE = ["Bus", "Queue", "SnsTopic", "Bucket"].map(
  (component, index) => `new sst.aws.${component}("${["Events", "Signals", "Alarms", "Specs"][index]}");`,
);

test("the configurations in docs/install-sst.md type-check, and a mistake in one would be seen", async () => {
  const texts = snippets.map(([, { text }], index) => [`snippet-${index}.ts`, text] as const);
  const wrong = texts[0]?.[1].replace("apiIds:", "apis:") ?? "";
  const found = await typeCheck({ ...Object.fromEntries(texts), "wrong.ts": wrong }, packed);
  expect(found).toContain("'apis'");
  expect(found.split("\n").filter((line) => /^\S/.test(line) && !line.includes("wrong.ts"))).toEqual([]);
});

test.each(snippets)("%s deploys beside what else an app has", async (_, { text }) => {
  const config = projectWith(
    packed,
    text.replace(/async run\(\) \{/, (start) => `${start}\n${BESIDE.join("\n")}`),
  );
  const root = path.dirname(config);
  try {
    const secrets = { SpecdropSlackWebhookUrl: WEBHOOK, SpecdropSlackBotToken: "xoxb-other" };
    const made = await synth({ stage: "production", config, root, secrets });
    const functions = all(made, TYPES.function);
    expect(functions.map(({ name }) => name).sort()).toEqual(
      ["Intake", "Notify", "Reconcile", "Sweep"].map((name) => `Specdrop${name}Function`),
    );
    const names = (type: string) => all(made, type).map(({ state }) => bare(state["name"] ?? state["bucket"]));
    expect(names(TYPES.table)).toEqual(["orders-production-SpecdropLedgerTable"]);
    expect(names(TYPES.parameter)).toContain("/orders/production/Specdrop/table");
    expect(names(TYPES.logGroup)).toContain("/aws/lambda/orders-production-SpecdropReconcile");
    const { name } = only(made, TYPES.role, "SpecdropIntakeRole").inputs;
    expect(name).toBe("orders-production-eu-central-1-SpecdropIntake");
    expect(only(made, TYPES.function, "SpecdropSweepFunction").inputs["environment"].variables).toMatchObject({
      POWERTOOLS_METRICS_NAMESPACE: "orders/production/Specdrop",
    });
    const { dashboardName } = only(made, "aws:cloudwatch/dashboard:Dashboard").inputs;
    expect(dashboardName).toBe("orders-production-Specdrop");
    // What is linked goes into a copy of the bundle.
    const installed = path.join(root, "node_modules/specdrop/sst/functions");
    for (const folder of readdirSync(installed)) {
      expect(existsSync(path.join(installed, folder, "bundle.mjs"))).toBe(true);
      expect(existsSync(path.join(installed, folder, "resource.enc"))).toBe(false);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test("a setting that cannot be used stops the deployment of a team", async () => {
  const text = snippets[0]?.[1].text.replace(/apiIds: .*\]/, 'apiIds: ["*"]') ?? "";
  const config = projectWith(packed, text);
  const root = path.dirname(config);
  try {
    const secrets = { SpecdropSlackWebhookUrl: WEBHOOK };
    const made = synth({ stage: "production", config, root, secrets });
    await expect(made).rejects.toThrow('specdrop\'s setting apiIds cannot be used: "*" is not an API id');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test("the component says where it belongs, and what its name may be", async () => {
  const { specdrop } = await import(path.join(packed, "sst/specdrop.js"));
  await expect(specdrop({})).rejects.toThrow("specdrop() needs SST. Call it in run() of your sst.config.ts");
  vi.stubGlobal("$app", { stage: "dev", name: "orders" });
  try {
    await expect(specdrop({ name: "orders-specs" })).rejects.toThrow("specdrop's name cannot be used");
    await expect(specdrop({ apis: ["a1b2c3d4e5"] })).rejects.toThrow("specdrop's setting apis does not exist");
  } finally {
    vi.unstubAllGlobals();
  }
});

test("the types stand by themselves", () => {
  for (const file of ["specdrop.d.ts", "settings.d.ts"]) {
    expect(readFileSync(path.join(packed, "sst", file), "utf8")).not.toMatch(/@specdrop|packages\/|\.ts"/);
  }
});
