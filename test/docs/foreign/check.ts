/**
 * Checks the snippets of docs/integrate.md that it takes other people's tools to read: CDK stacks are type-checked and
 * synthesised, Terraform is parsed. Exit 1 if anything is wrong. `npm run test:docs` installs what it needs first.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { matchesPattern, parsePattern } from "@specdrop/local/event-bridge/pattern";
import { readGolden } from "../../events/golden.ts";
import { busEvent } from "../../functions/samples.ts";
import { ofKind, readPage, snippetsOf } from "../snippets.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const snippets = snippetsOf(readPage("integrate.md"));

/** From this folder's own node_modules, which is not there for the rest of the repository's type check. */
const load = (name: string) => import(name);

const folder = mkdtempSync(path.join(tmpdir(), "specdrop-foreign-"));
try {
  symlinkSync(path.join(import.meta.dirname, "node_modules"), path.join(folder, "node_modules"));
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  await checkCdk();
  await checkTerraform();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function checkCdk(): Promise<void> {
  const files = ofKind(snippets, "cdk").map(([title, { text }], index) => {
    const file = path.join(folder, `stack-${index}.ts`);
    writeFileSync(file, text);
    return { title, file };
  });
  const tsconfig = {
    extends: path.join(ROOT, "tsconfig.json"),
    compilerOptions: { types: [], skipLibCheck: true, noEmit: true },
    include: [],
    files: files.map(({ file }) => file),
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  const { status, stdout } = spawnSync(path.join(ROOT, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
  assert.equal(stdout, "");
  assert.equal(status, 0);

  const { App } = await load("aws-cdk-lib");
  const { Template } = await load("aws-cdk-lib/assertions");
  for (const { title, file } of files) {
    const [Made] = Object.values(await import(pathToFileURL(file).href)) as [new (scope: object, id: string) => object];
    const template = Template.fromStack(new Made(new App(), "Stack"));
    const rules: { Properties: { EventPattern: object; Targets: { Arn: unknown; RoleArn?: unknown }[] } }[] =
      Object.values(template.findResources("AWS::Events::Rule"));
    assert.equal(rules.length, 1);
    for (const { Properties } of rules) {
      assert.equal(Properties.Targets.length, 1);
      checkPattern(Properties.EventPattern);
    }
    console.log(`ok CDK: ${title}`);
  }
}

async function checkTerraform(): Promise<void> {
  const { parse } = await load("@cdktf/hcl2json");
  for (const [title, { text }] of ofKind(snippets, "terraform")) {
    const { resource } = await parse("main.tf", text);
    const [rule] = Object.values<[{ event_pattern: string }]>(resource.aws_cloudwatch_event_rule)[0] ?? [];
    const [, json = ""] = /^\$\{jsonencode\(([\s\S]*)\)\}$/.exec(rule?.event_pattern ?? "") ?? [];
    checkPattern(JSON.parse(json));
    const [target] = Object.values<[{ rule: string; arn: string }]>(resource.aws_cloudwatch_event_target)[0] ?? [];
    const [, ruleName = ""] = /aws_cloudwatch_event_rule\.(\w+)\./.exec(target?.rule ?? "") ?? [];
    assert.ok(ruleName in resource.aws_cloudwatch_event_rule, `${title}: the target has no rule`);
    console.log(`ok Terraform: ${title}`);
  }
  await assert.rejects(() => parse("main.tf", 'resource "a" "b" {'));
}

/** Hears of our golden failure, or forwards a document. */
function checkPattern(pattern: object): void {
  const parsed = parsePattern(JSON.stringify(pattern));
  const forwards = JSON.stringify(pattern).includes("com.example.chat");
  const wanted = forwards ? busEvent("com.example.chat", "SpecSubmitted", {}) : readGolden("ApplyFailed").received;
  const unwanted = forwards ? busEvent("com.example.chat", "OrderPlaced", {}) : readGolden("ApplySucceeded").received;
  assert.equal(matchesPattern(parsed, wanted), true);
  assert.equal(matchesPattern(parsed, unwanted), false);
}
