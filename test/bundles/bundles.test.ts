import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import budgets from "./budgets.json" with { type: "json" };
import { bundle } from "./build.ts";
import { type Contents, contentsOf } from "./contents.ts";
import { FUNCTION_NAMES, type FunctionName, HANDLER_FILES, NODEJS, NODEJS_AS_WRITTEN } from "./functions.ts";

const bundles = new Map<FunctionName, Contents & { readonly bytes: number }>();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "specdrop-sizes-"));
  const built = FUNCTION_NAMES.map(async (name) => {
    const { bytes, metafile } = await bundle(`functions/src/${name}.ts`, join(folder, name), NODEJS);
    bundles.set(name, { bytes, ...contentsOf(metafile) });
  });
  await Promise.all(built);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function bundleOf(name: FunctionName): Contents & { readonly bytes: number } {
  const built = bundles.get(name);
  if (built === undefined) throw new Error(`${name} was not bundled`);
  return built;
}

test("what is bundled here is what sst.config.ts deploys, and as it says", () => {
  expect(HANDLER_FILES.sort()).toEqual(FUNCTION_NAMES.map((name) => `functions/src/${name}`).sort());
  expect(NODEJS_AS_WRITTEN).toBe("{ minify: true, splitting: true }");
});

test("esbuild is the one in SST's binary", async () => {
  const { version } = JSON.parse(
    await readFile(join(import.meta.dirname, "../../node_modules/esbuild/package.json"), "utf8"),
  );
  expect(version).toBe("0.27.2");
});

describe.each(FUNCTION_NAMES)("%s", (name) => {
  const budget = budgets[name];

  test("is within its size budget, and the budget close to its size", () => {
    const { startBytes, bytes } = bundleOf(name);
    const kib = { start: startBytes / 1024, total: bytes / 1024 };
    expect(kib.start).toBeLessThanOrEqual(budget.startKiB);
    expect(kib.total).toBeLessThanOrEqual(budget.totalKiB);
    expect(kib.start).toBeGreaterThan(0.9 * budget.startKiB);
    expect(kib.total).toBeGreaterThan(0.9 * budget.totalKiB);
  });

  test("holds nothing that is for tests, laptops or other machines", () => {
    const foreign =
      /node_modules\/(ajv|typescript|dynalite|fauxqs|commander)\/|^packages\/(local|cli|authoring)\/|^test\//;
    expect(bundleOf(name).all.filter((source) => foreign.test(source))).toEqual([]);
  });

  test("loads the YAML parser where a YAML file is read, and only there", () => {
    const { all, start } = bundleOf(name);
    const ofYaml = (sources: readonly string[]) =>
      sources.filter((source) => /node_modules\/yaml\/|-yaml\.ts$/.test(source));
    expect(ofYaml(start)).toEqual([]);
    expect(ofYaml(all).length > 0).toBe(name !== "notify");
  });

  test("loads the template language where a template is judged, and only there", () => {
    const { all, start } = bundleOf(name);
    const ofTemplates = (sources: readonly string[]) =>
      sources.filter((source) => /^packages\/template\/|\/judge-templates\.ts$/.test(source));
    expect(ofTemplates(start)).toEqual([]);
    expect(ofTemplates(all).length > 0).toBe(name !== "notify");
  });

  test("finds what it loads at need under the names that Node gives it", () => {
    expect(bundleOf(name).nameless).toEqual([]);
  });

  test("loads no SDK client but its own when it starts", () => {
    const clients = bundleOf(name).start.flatMap((source) => /@aws-sdk\/client-([a-z0-9-]+)\//.exec(source)?.[1] ?? []);
    expect([...new Set(clients)].sort()).toEqual(CLIENTS[name]);
  });

  test("holds no operation of the SDK that nobody calls, be it for later", () => {
    const uncalled = /commands\/(CreateQueue|PutRule|CreateBucket|CancelResourceRequest)Command\.js$/;
    expect(bundleOf(name).all.filter((source) => uncalled.test(source))).toEqual([]);
  });
});

/** Reconcile and sweep send signals too, but seldom: SQS is loaded then. */
const CLIENTS: Record<FunctionName, readonly string[]> = {
  intake: ["dynamodb", "eventbridge", "s3", "sqs"],
  reconcile: ["cloudcontrol", "dynamodb", "eventbridge", "s3"],
  notify: ["dynamodb"],
  sweep: ["cloudcontrol", "dynamodb", "eventbridge", "s3"],
};

test.each(["intake", "notify"] as const)("%s has nothing of what only reconcile needs", (name) => {
  const ofReconcile =
    /client-cloudcontrol|powertools\/batch|^packages\/aws\/src\/(cloud-control|request-rate)|^packages\/engine\/src\/(converge|plan|apply|observe|merge|preflight|deploy)\.ts|^packages\/service\/src\/(reconcile|drift|sweep)/;
  expect(bundleOf(name).all.filter((source) => ofReconcile.test(source))).toEqual([]);
  expect(bundleOf("reconcile").all.filter((source) => ofReconcile.test(source)).length).toBeGreaterThan(10);
});

test.each(["intake", "reconcile", "sweep"] as const)("%s has nothing of Slack, and reads no secret", (name) => {
  const ofNotify = /^packages\/slack\/|node_modules\/sst\/|^functions\/src\/secrets\.ts/;
  expect(bundleOf(name).all.filter((source) => ofNotify.test(source))).toEqual([]);
});
