/*
 * Plays the incidents on an embedded stack with a deployment's delays, minutes passing in seconds, and prints what Slack,
 * the alarms, the logs and `specdrop status` said. `--write` puts the tables into docs/incidents.md. Fails where somebody is
 * told a success that is none, nobody is told, or it does not go on by itself where it could.
 *
 *   npm run test:incidents [-- --only 3]
 *   npm run incidents
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { clock } from "./clock.ts";

const { values } = parseArgs({ options: { write: { type: "boolean" }, only: { type: "string" } } });
const { INCIDENTS, closeAll } = await import("./incidents.ts");
const { play } = await import("./incident.ts");
const { tableOf } = await import("./table.ts");

const PAGE = new URL("../../docs/incidents.md", import.meta.url);
const MARK = "<!-- npm run incidents -->\n";

let isBad = false;
const sections: string[] = [];
for (const [index, incident] of INCIDENTS.entries()) {
  if (values.only !== undefined && Number(values.only) !== index + 1) continue;
  const begun = clock.now();
  try {
    const observed = await play({ ...incident, check: () => undefined });
    const section = `## ${incident.title}\n\n${incident.about}\n\n${tableOf(observed.seen)}\n`;
    sections.push(section);
    process.stdout.write(`${section}\n`);
    incident.check(observed);
    process.stdout.write(
      `${incident.title}: as it should be, ${((clock.now() - begun) / 60_000).toFixed(0)} minutes\n\n`,
    );
  } catch (error) {
    isBad = true;
    process.stdout.write(`${incident.title}: FAILED\n${(error as Error).stack}\n\n`);
  }
}
if (values.write && !isBad && values.only === undefined) {
  const [head] = readFileSync(PAGE, "utf8").split(MARK);
  writeFileSync(PAGE, `${head}${MARK}\n${sections.join("\n")}`);
}
closeAll();
clock.stop();
process.exitCode = isBad ? 1 : 0;
