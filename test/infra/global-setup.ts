import { rmSync } from "node:fs";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { installSst } from "./install-sst.ts";
import { configOfPackage, pack, projectWith } from "./package.ts";
import { STAGES, type Stages } from "./stages.ts";
import { synth } from "./synth.ts";

declare module "vitest" {
  export interface ProvidedContext {
    stages: Stages;
    /** The folder of the package that was built. */
    packed: string;
  }
}

/** Builds the package, and runs the component once for every stage; all tests look at the same outcome. */
export default async function setup(project: TestProject): Promise<void> {
  await installSst();
  const packed = pack();
  project.provide("packed", packed);
  project.provide("stages", await synthStages(packed));
}

/** The stages as those who have installed the package get them. */
export async function synthStages(packed: string): Promise<Stages> {
  const config = projectWith(packed, configOfPackage());
  const root = path.dirname(config);
  try {
    const both = [STAGES.dev, STAGES.production].map((options) => synth({ ...options, config, root }));
    const [dev, production] = await Promise.all(both);
    if (dev === undefined || production === undefined) throw new Error("There are two stages");
    return { dev, production };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
