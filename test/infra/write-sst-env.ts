import { writeFileSync } from "node:fs";
import path from "node:path";
import { installSst } from "./install-sst.ts";
import { ROOT } from "./paths.ts";
import { sstEnvFiles } from "./sst-env.ts";
import { STAGES } from "./stages.ts";
import { synth } from "./synth.ts";

await installSst();
const { links } = await synth(STAGES.dev);
for (const [file, text] of Object.entries(sstEnvFiles(links))) writeFileSync(path.join(ROOT, file), text);
