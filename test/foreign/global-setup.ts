import type { TestProject } from "vitest/node";
import { installSst } from "../infra/install-sst.ts";
import { installMinistack } from "./python.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The command that starts ministack. */
    ministack: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  await installSst();
  project.provide("ministack", await installMinistack((line) => console.error(line)));
}
