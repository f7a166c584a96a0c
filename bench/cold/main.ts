import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle, ROOT } from "../../test/bundles/build.ts";
import { contentsOf } from "../../test/bundles/contents.ts";
import { FUNCTION_NAMES, type FunctionName, NODEJS } from "../../test/bundles/functions.ts";
import type { FunctionSettings } from "../../test/bundles/lambda/execution-environment.ts";
import { installRic, missingTools } from "../../test/bundles/lambda/ric.ts";
import { report, roundsAsked } from "../lib/report.ts";
import { compare, GOAL } from "./compare.ts";
import { type Exchange, startReplay } from "./exchanges.ts";
import { floorOf } from "./floor.ts";
import { type ColdStart, coldStart } from "./measure.ts";
import { recordScenarios, type Scenario } from "./record.ts";

/** Out of everybody's way, and where esbuild finds the SDK. */
const FOLDER = join(ROOT, "node_modules/.cache/specdrop-cold");

interface Contestant {
  readonly exchanges: readonly Exchange[];
  readonly settings: (url: string) => Promise<FunctionSettings>;
  readonly event: (url: string) => unknown;
  readonly starts: ColdStart[];
}

/** Shows how long each shipped bundle takes to start and to answer its first event, next to the least that could. Exit 1: one misses its goal; 2: it cannot be measured here. */
async function main(): Promise<number> {
  const rounds = roundsAsked(31);
  const missing = missingTools();
  if (missing.length > 0) {
    console.error(`Nothing was measured. AWS's runtime client is built from C++, which takes ${missing.join(", ")}.`);
    return 2;
  }
  await installRic((line) => console.error(line));

  const starts = await bundleFunctions();
  const recorded = await recordScenarios((name) => join(FOLDER, name));
  // What is told of a document is the same in whichever format it came.
  const scenarios = recorded.filter(({ name }) => name !== "notify, YAML");
  const pairs = await Promise.all(
    scenarios.map(async (scenario) => ({
      scenario,
      shipped: shippedOf(scenario),
      floor: await floorFor(scenario, starts.get(scenario.function) ?? []),
    })),
  );
  const empty = await emptyHandler(scenarios);

  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}`);
    for (const each of [empty, ...pairs.flatMap(({ floor, shipped }) => [floor, shipped])]) await runOnce(each);
  }
  const rows = pairs.map(({ scenario, floor, shipped }) =>
    compare(scenario, { shipped: shipped.starts, floor: floor.starts, empty: empty.starts }),
  );
  report("cold", rows, { goal: GOAL, rounds });
  const missed = rows.filter(({ goal }) => goal === "missed").map((row) => row.function);
  if (missed.length > 0) console.error(`More than ${GOAL} times the floor: ${missed.join("; ")}`);
  return missed.length === 0 ? 0 : 1;
}

/** What each bundle loads when it starts. */
async function bundleFunctions(): Promise<ReadonlyMap<FunctionName, readonly string[]>> {
  await rm(FOLDER, { recursive: true, force: true });
  const starts = new Map<FunctionName, readonly string[]>();
  for (const name of FUNCTION_NAMES) {
    const { metafile } = await bundle(`functions/src/${name}.ts`, join(FOLDER, name), NODEJS);
    starts.set(name, contentsOf(metafile).start);
  }
  return starts;
}

function shippedOf({ exchanges, settings, event }: Scenario): Contestant {
  return { exchanges, settings, event: () => event, starts: [] };
}

async function floorFor({ name, exchanges, url, settings }: Scenario, sources: readonly string[]): Promise<Contestant> {
  const { source, calls } = floorOf(sources, exchanges);
  const folder = await bundleText(`floor of ${name}`, source);
  const recorded = JSON.stringify({ calls, endpoint: url });
  return {
    exchanges,
    settings: async (endpoint) => ({ ...(await settings(endpoint)), folder }),
    event: (endpoint) => JSON.parse(recorded.replaceAll(url, endpoint)),
    starts: [],
  };
}

async function emptyHandler([any]: readonly Scenario[]): Promise<Contestant> {
  if (any === undefined) throw new Error("Nothing was recorded");
  const folder = await bundleText("empty", "export const handler = async () => {};\n");
  const settings = async (url: string) => ({ ...(await any.settings(url)), folder });
  return { exchanges: [], settings, event: () => ({}), starts: [] };
}

async function bundleText(name: string, text: string): Promise<string> {
  const file = join(FOLDER, `${name}.mjs`);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(file, text);
  const folder = join(FOLDER, name);
  await bundle(file, folder, NODEJS);
  return folder;
}

async function runOnce({ exchanges, settings, event, starts }: Contestant): Promise<void> {
  const server = await startReplay(exchanges);
  try {
    starts.push(await coldStart(await settings(server.url), event(server.url)));
    if (server.unknown.length > 0) throw new Error(`These requests were not recorded: ${server.unknown.join(", ")}`);
  } finally {
    server.close();
  }
}

process.exitCode = await main();
