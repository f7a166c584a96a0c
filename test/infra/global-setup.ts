import { readFileSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { installSst } from "./install-sst.ts";
import { STAGES, type Stages } from "./stages.ts";
import { synth } from "./synth.ts";

declare module "vitest" {
  export interface ProvidedContext {
    stages: Stages;
  }
}

/** Runs the configuration once for every stage; all tests look at the same outcome. */
export default async function setup(project: TestProject): Promise<void> {
  await installSst();
  const broken = process.env["SPECDROP_STAGES"];
  project.provide("stages", broken === undefined ? await synthStages() : JSON.parse(readFileSync(broken, "utf8")));
}

export async function synthStages(): Promise<Stages> {
  const [dev, production] = await Promise.all([synth(STAGES.dev), synth(STAGES.production)]);
  return { dev, production };
}
