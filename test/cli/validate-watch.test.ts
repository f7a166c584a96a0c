import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyFolder, said, startCli } from "./run-cli.ts";

const GOOD = "ApiId: a1\nIntegrationId: i1\nIntegrationResponses:\n  ok: { IntegrationResponseKey: $default }\n";

test("--watch says what changed, through an editor's way of saving, until Ctrl-C", async () => {
  const folder = emptyFolder();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write("good.yaml", GOOD);
  write("bad.yaml", "nonsense: true\n");
  const { child, ended } = startCli(["validate", "--watch", "."], { cwd: folder });
  const all = { out: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    all.out += chunk.toString();
  });
  const heard = (pattern: RegExp) => expect.poll(() => all.out, { timeout: 20_000 }).toMatch(pattern);

  expect(await said(child, "stderr", /Ctrl-C/)).toContain("2 files, 1 with errors; waiting for changes");
  await heard(/bad\.yaml: \d error/);

  write(".bad.yaml.swp", GOOD);
  renameSync(join(folder, ".bad.yaml.swp"), join(folder, "bad.yaml"));
  await heard(/^bad\.yaml: valid, 1 resource$/m);
  write("new.yaml", "extra: 1\n");
  await heard(/^new\.yaml: \d error/m);
  rmSync(join(folder, "new.yaml"));
  await heard(/^new\.yaml: gone$/m);
  expect(all.out).not.toContain("good.yaml");

  child.kill("SIGINT");
  expect(await ended).toBe(0);
});

test("--watch of one file outlives that it is away for a while", async () => {
  const folder = emptyFolder();
  const file = join(folder, "one.yaml");
  writeFileSync(file, GOOD);
  const { child, ended } = startCli(["validate", "--watch", "--strict", "one.yaml"], { cwd: folder });
  await said(child, "stderr", /1 file, none with errors/);
  const gone = said(child, "stdout", /one\.yaml: gone/);
  rmSync(file);
  await gone;
  const back = said(child, "stdout", /one\.yaml: 1 error/);
  writeFileSync(file, GOOD.replace("$default", "200"));
  await back;
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});
