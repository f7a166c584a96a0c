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
  const [dev, production] = await Promise.all([synth(STAGES.dev), synth(STAGES.production)]);
  project.provide("stages", { dev, production });
}
