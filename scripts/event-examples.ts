import { readFileSync, writeFileSync } from "node:fs";
import { withExamples } from "../test/events/real/examples.ts";
import { realRuns } from "../test/events/real/runs.ts";

// Writes the examples of docs/events.md from real runs on the embedded stack.
const page = new URL("../docs/events.md", import.meta.url);
writeFileSync(page, withExamples(readFileSync(page, "utf8"), await realRuns()));
