import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "@specdrop/spec";
import { Ajv } from "ajv";
import { stringify } from "yaml";
import { prng } from "../test/sim/prng.ts";
import { median, report, round, roundsAsked } from "./lib/report.ts";

const SIZES = [10, 100, 1_000, 2_000];
const GOAL = { timesTheFloor: 3, yamlPerSecond: 5_000, growth: 1.5 };
const CFN_LINT_SIZES = [100];
/** What is odd about a resource: a key with a backslash too many, a property that is misspelt. */
const ODDITIES = [
  ["JSON with a warning", { IntegrationResponseKey: "\\$default" }],
  ["JSON with an error", { TemplateSelectionExpresion: "200" }],
] as const;
const JSON_DOCUMENTS = ["JSON", ...ODDITIES.map(([name]) => name)];

interface Row {
  readonly document: string;
  readonly tool: string;
  readonly "median ms": number;
  readonly "resources/s": number;
  readonly "to the floor"?: number;
  readonly goal?: "met" | "missed";
}

/**
 * How many resources a second `parse` reads, checks and knows the positions of. The floor is JSON.parse and ajv with the
 * published schema: shape only, one error, no position, nothing of what the values mean.
 */
function main(): void {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync(new URL("../packages/spec/specdrop.schema.json", import.meta.url), "utf8")),
  );
  const works = new Map<string, () => unknown>();
  for (const resources of SIZES) {
    const document = documentOf(resources);
    const json = JSON.stringify(document, null, 2);
    const yaml = stringify(document);
    for (const text of [json, yaml]) {
      if (parse(text, "-").document === undefined) throw new Error(`the document of ${resources} is not valid`);
    }
    const odd = ODDITIES.map(([name, properties]) => {
      const odd = JSON.stringify(withOdd(resources, properties), null, 2);
      if (parse(odd, "-").diagnostics.length !== 1)
        throw new Error(`the ${name} of ${resources} has not one diagnostic`);
      return [name, odd] as const;
    });
    if (!validate(JSON.parse(json))) throw new Error("the floor finds the document invalid");
    works.set(`floor ${resources}`, () => validate(JSON.parse(json)));
    works.set(`JSON ${resources}`, () => parse(json, "-"));
    for (const [name, text] of odd) works.set(`${name} ${resources}`, () => parse(text, "-"));
    works.set(`YAML ${resources}`, () => parse(yaml, "-"));
  }
  const medians = measure(works, roundsAsked(45));
  const medianOf = (name: string): number => medians.get(name) ?? Number.NaN;
  const rows = SIZES.flatMap((resources): Row[] => {
    const medianOfSize = (name: string) => medianOf(`${name} ${resources}`);
    const [floor, yaml] = [medianOfSize("floor"), medianOfSize("YAML")];
    const perSecond = (milliseconds: number) => Math.round((resources / milliseconds) * 1_000);
    const timed = (document: string, tool: string, milliseconds: number) => ({
      document: `${document} ${resources}`,
      tool,
      "median ms": round(milliseconds, 2),
      "resources/s": perSecond(milliseconds),
    });
    return [
      timed("JSON", "JSON.parse + ajv", floor),
      ...JSON_DOCUMENTS.map((name) =>
        againstFloor(timed(name, "specdrop", medianOfSize(name)), medianOfSize(name) / floor),
      ),
      { ...timed("YAML", "specdrop", yaml), goal: perSecond(yaml) >= GOAL.yamlPerSecond ? "met" : "missed" },
    ];
  });
  // Twice from 1,000 to 2,000 is linear.
  const growth = Object.fromEntries([...JSON_DOCUMENTS, "YAML"].map((name) => [name, growthOf(name, medianOf)]));
  report("parse", [...rows, ...cfnLint()], { goal: GOAL, growth });
  for (const [name, factor] of Object.entries(growth)) {
    console.log(`${name}: per resource, 2,000 take ${factor} times what 1,000 take (goal: at most ${GOAL.growth})`);
  }
}

function againstFloor(row: Row, ratio: number): Row {
  return { ...row, "to the floor": round(ratio, 1), goal: ratio <= GOAL.timesTheFloor ? "met" : "missed" };
}

/** One sample is at least so long, so that a timer's step does not matter. */
const SAMPLE_MS = 20;

/**
 * The processor's milliseconds for each work, medians. A round has one sample of each, so that a busy machine hits them
 * all, in an order of its own: what one work leaves to the garbage collector and the compiler, which count too, falls on
 * another each time.
 */
function measure(works: ReadonlyMap<string, () => unknown>, rounds: number): ReadonlyMap<string, number> {
  const repeats = new Map<string, number>();
  for (const [name, work] of works) {
    // Until it is compiled, and to see how long it takes.
    for (let spent = 0; spent < 10 * SAMPLE_MS; ) spent += processorMs(work, 1) + 0.01;
    repeats.set(name, Math.ceil(SAMPLE_MS / (processorMs(work, 3) / 3 + 0.001)));
  }
  const samples = new Map([...works.keys()].map((name) => [name, [] as number[]]));
  const random = prng(1);
  for (let round = 0; round < rounds; round++) {
    const shuffled = [...works].map((work) => [random.next(), work] as const).sort(([a], [b]) => a - b);
    for (const [, [name, work]] of shuffled) {
      const times = repeats.get(name) ?? 1;
      samples.get(name)?.push(processorMs(work, times) / times);
    }
  }
  return new Map([...samples].map(([name, all]) => [name, median(all)]));
}

/** Others on the machine do not count. */
function processorMs(work: () => unknown, times: number): number {
  const before = process.cpuUsage();
  for (let n = 0; n < times; n++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function growthOf(name: string, medianOf: (name: string) => number): number {
  return round(medianOf(`${name} 2000`) / 2 / medianOf(`${name} 1000`), 2);
}

/** What else checks such templates before AWS does, where it is on the machine: a process per file, start included. */
function cfnLint(): Row[] {
  if (spawnSync("cfn-lint", ["--version"]).status !== 0) {
    console.error("cfn-lint is not on this machine: left out.");
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), "specdrop-bench-"));
  try {
    return CFN_LINT_SIZES.map((resources) => {
      const path = join(folder, `${resources}.json`);
      writeFileSync(path, JSON.stringify(templateOf(resources), null, 2));
      const startedAt = performance.now();
      spawnSync("cfn-lint", ["--region", "us-east-1", "--", path]);
      const milliseconds = performance.now() - startedAt;
      return {
        document: `CloudFormation ${resources}`,
        tool: "cfn-lint",
        "median ms": round(milliseconds, 0),
        "resources/s": Math.round((resources / milliseconds) * 1_000),
      };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function propertiesOf(n: number): object {
  return {
    IntegrationId: `int${n}`,
    IntegrationResponseKey: "$default",
    ResponseTemplates: { $default: `{"type":"reply","number":${n}}` },
    ResponseParameters: { "method.response.header.Content-Type": "'application/json'" },
    TemplateSelectionExpression: "\\$default",
  };
}

function documentOf(resources: number): { readonly ApiId: string; readonly IntegrationResponses: object } {
  const responses = Array.from({ length: resources }, (_, n) => [`response${n}`, propertiesOf(n)]);
  return { ApiId: "a1b2c3d4e5", IntegrationResponses: Object.fromEntries(responses) };
}

/** A document whose last resource has something that is to be said of it. */
function withOdd(resources: number, properties: object): object {
  const document = documentOf(resources - 1);
  const odd = { ...propertiesOf(resources - 1), ...properties };
  return { ...document, IntegrationResponses: { ...document.IntegrationResponses, odd } };
}

function templateOf(resources: number): object {
  const all = Array.from({ length: resources }, (_, n) => [
    `response${n}`,
    { Type: "AWS::ApiGatewayV2::IntegrationResponse", Properties: { ApiId: "a1b2c3d4e5", ...propertiesOf(n) } },
  ]);
  return { Resources: Object.fromEntries(all) };
}

main();
