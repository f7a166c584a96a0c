import { execFile } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";
import { CONFIG, ROOT } from "./paths.ts";
import { sstEnvFiles } from "./sst-env.ts";
import { STAGES } from "./stages.ts";
import { type SynthOptions, synth } from "./synth.ts";

const stages = inject("stages");

test("the configuration type-checks against SST's components", async () => {
  // The configuration refers to SST's types by a relative path, so it is checked where SST would look for it.
  const folder = mkdtempSync(path.join(ROOT, ".sst/type-check-"));
  try {
    const text = readFileSync(CONFIG, "utf8")
      .replace("./.sst/platform/config.d.ts", "../platform/config.d.ts")
      .replaceAll('import("./', 'import("../../');
    writeFileSync(path.join(folder, "sst.config.ts"), text);
    const tsconfig = { extends: path.join(import.meta.dirname, "tsconfig.sst.json"), files: ["sst.config.ts"] };
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
    const tsc = promisify(execFile)(path.join(ROOT, "node_modules/.bin/tsc"), ["-p", folder]);
    expect(
      await tsc.then(
        () => "",
        (error: { stdout: string }) => error.stdout,
      ),
    ).toBe("");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("it names the version of SST that is installed", () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "node_modules/sst/package.json"), "utf8"));
  expect(stages.dev.app["version"]).toBe(version);
});

test("sst-env.d.ts says what is linked (npm run sst-env writes it)", () => {
  for (const [file, text] of Object.entries(sstEnvFiles(stages.dev.links))) {
    expect(readFileSync(path.join(ROOT, file), "utf8"), file).toBe(text);
  }
  expect(sstEnvFiles(stages.production.links)).toEqual(sstEnvFiles(stages.dev.links));
});

test("SST writes nothing into the packages", () => {
  expect(stages.dev.app["types"]).toEqual({ ignore: ["packages"] });
  expect(globSync("packages/*/sst-env.d.ts", { cwd: ROOT })).toEqual([]);
  expect(existsSync(path.join(ROOT, "functions/sst-env.d.ts"))).toBe(true);
});

test("it does not deploy without the webhook's address", async () => {
  await expect(synth({ stage: "dev" })).rejects.toThrow("Set a value for SlackWebhookUrl");
});

test.each([
  ["SPECDROP_API_IDS", "a1b2c3d4e5,*"],
  ["SPECDROP_SUBMITTER_ACCOUNTS", "1111-2222-3333"],
  ["SPECDROP_SUBMITTER_ORGANIZATIONS", "*"],
  ["SPECDROP_ALLOWED_APIS", ""],
  ["SPECDROP_ALLOWED_APIS", '{"accounts": {"1111-2222-3333": ["*"]}}'],
])("a setting that opens more than it says is refused: %s=%s", async (setting, value) => {
  const options: SynthOptions = { ...STAGES.dev, settings: { [setting]: value } };
  await expect(synth(options)).rejects.toThrow(`${setting} cannot hold`);
});
