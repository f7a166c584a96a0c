import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { PLANTED_BUGS, type PlantedBug, patchesOf, placesFor } from "./planted-bugs.ts";

const ROOT = resolve(import.meta.dirname, "../..");

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "10000" },
    from: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    jobs: { type: "string", default: String(availableParallelism()) },
  },
});
const out = (line: string) => void process.stdout.write(`${line}\n`);

/** A copy of what the simulator needs, with the bug in it. Dependencies are the repository's. */
async function plant(bug: PlantedBug): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "specdrop-planted-"));
  const isSource = (path: string) => !/\/(?:node_modules|dist)(?:\/|$)/.test(path.slice(ROOT.length));
  for (const part of ["package.json", "packages", "functions", "test/sim"]) {
    await cp(join(ROOT, part), join(copy, part), { recursive: true, filter: isSource });
  }
  const modules = join(ROOT, "node_modules");
  await mkdir(join(copy, "node_modules/@specdrop"), { recursive: true });
  for (const entry of await readdir(modules)) {
    if (entry !== "@specdrop") await symlink(join(modules, entry), join(copy, "node_modules", entry));
  }
  for (const entry of await readdir(join(copy, "packages"))) {
    await symlink(join(copy, "packages", entry), join(copy, "node_modules/@specdrop", entry));
  }
  for (const { file, find, replace } of patchesOf(bug)) {
    const source = await readFile(join(copy, file), "utf8");
    await writeFile(
      join(copy, file),
      source.replace(find, () => replace),
    );
  }
  return copy;
}

/** The first line that a simulation of the copy has to say about a failure. */
function simulate(copy: string, { shares, from = Number(values.from) }: PlantedBug): Promise<string> {
  const child = spawn(
    process.execPath,
    ["test/sim/main.ts", "--seeds", values.seeds, "--from", String(from), "--jobs", "1", "--quiet"],
    {
      cwd: copy,
      env: { ...process.env, ...(shares === undefined ? {} : { SPECDROP_SIM: JSON.stringify(shares) }) },
    },
  );
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", () => done(said));
  });
}

async function hunt(bug: PlantedBug): Promise<boolean> {
  const places = await placesFor(bug, ROOT);
  if (places.some((count) => count !== 1)) {
    out(`DOES NOT FIT: ${bug.name}: ${bug.file} has ${places} places for it`);
    return false;
  }
  const copy = await plant(bug);
  try {
    const said = await simulate(copy, bug);
    const [, seed, violation = ""] = /^seed (\d+): (.*)$/m.exec(said) ?? [];
    if (seed === undefined) {
      out(`NOT FOUND in ${values.seeds} seeds: ${bug.name}\n${said.slice(0, 2_000)}`);
      return false;
    }
    const [, seeds = "?", steps = "?"] = /^(\d+) seeds from \d+, (\d+) steps/m.exec(said) ?? [];
    const first = bug.from === undefined ? "" : ` from ${bug.from}`;
    const where = bug.shares === undefined ? first : `${first}, ${JSON.stringify(bug.shares)}`;
    out(`${seeds.padStart(5)} seeds${where}, ${steps.padStart(7)} steps: ${bug.name}\n    ${violation.slice(0, 150)}`);
    return true;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

const bugs = PLANTED_BUGS.filter(({ name }) => name.includes(values.only));
let next = 0;
let missed = 0;
async function worker(): Promise<void> {
  for (let bug = bugs[next++]; bug !== undefined; bug = bugs[next++]) if (!(await hunt(bug))) missed += 1;
}
await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
out(`${bugs.length - missed} of ${bugs.length} planted bugs were found`);
if (missed > 0) process.exitCode = 1;
