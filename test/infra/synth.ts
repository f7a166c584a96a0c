import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Infrastructure } from "./infrastructure.ts";
import { CONFIG, ROOT } from "./paths.ts";

export interface SynthOptions {
  readonly stage: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Environment variables that the configuration reads. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Another file than the repository's own. */
  readonly config?: string;
  /** The folder of the app, where another than this repository. */
  readonly root?: string;
}

/**
 * Runs the configuration, with SST's own components, on Pulumi's mocks. In a process of its own, since an error inside
 * an Output ends the process; its text is in what this rejects with.
 */
export async function synth({
  stage,
  secrets = {},
  settings = {},
  config = CONFIG,
  root = ROOT,
}: SynthOptions): Promise<Infrastructure> {
  const folder = mkdtempSync(path.join(tmpdir(), "specdrop-synth-"));
  const child = path.join(import.meta.dirname, "synth-process.ts");
  const output = path.join(folder, "infrastructure.json");
  const asSecrets = Object.entries(secrets).map(([name, value]) => [`SST_SECRET_${name}`, value]);
  try {
    const broken = process.env["SPECDROP_BROKEN_SETTING"];
    await promisify(execFile)(process.execPath, ["--enable-source-maps", child, config, root, stage, folder, output], {
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        ...settings,
        ...Object.fromEntries(asSecrets),
        ...(broken !== undefined && { SPECDROP_BROKEN_SETTING: broken }),
      },
      timeout: 60_000,
    });
    return JSON.parse(readFileSync(output, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
