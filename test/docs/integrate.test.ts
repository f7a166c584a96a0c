import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { parseSpecSubmitted } from "@specdrop/events";
import type { BusEvent } from "@specdrop/local/event-bridge/entries";
import { checkInput, inputOf } from "@specdrop/local/event-bridge/input";
import { valueAt } from "@specdrop/local/event-bridge/json-path";
import type { InputTransformer } from "@specdrop/local/event-bridge/target";
import { parse as parseSpec } from "@specdrop/spec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readGolden } from "../events/golden.ts";
import { awsCalls } from "./aws-calls.ts";
import { expectSound } from "./patterns.ts";
import { ofKind, readPage, snippetsOf } from "./snippets.ts";
import { parseTemplate, patternsIn } from "./template.ts";

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, "../..");
const snippets = snippetsOf(readPage("integrate.md"));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "specdrop-docs-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("every snippet has a check", () => {
  const here = ["cloudformation", "sam", "terraform", "consumer", "submit", "github-actions"];
  const inInfra = ["sst", "names", "deploy"];
  const inForeign = ["cdk"];
  const inRealRuns = ["pattern-went-wrong", "pattern-live", "pattern-deleted", "pattern-mine"];
  const known = new Set([...here, ...inInfra, ...inForeign, ...inRealRuns]);
  expect(snippets.filter(({ kind }) => !known.has(kind))).toEqual([]);
  for (const kind of known) expect(ofKind(snippets, kind)).not.toEqual([]);
});

test("each way of deploying has a rule that hears, and one that forwards", () => {
  for (const kind of ["sst", "cdk", "cloudformation", "terraform"]) {
    const texts = ofKind(snippets, kind).map(([, { text }]) => text);
    expect(texts.filter((text) => text.includes("ApplyFailed")).length, kind).toBeGreaterThan(0);
    expect(texts.filter((text) => text.includes("SpecSubmitted")).length, kind).toBeGreaterThan(0);
  }
});

describe("CloudFormation", () => {
  const templates = ofKind(snippets, "cloudformation", "sam");

  test.each(templates)("%s is a template whose references lead somewhere", (_, { text }) => {
    const template = parseTemplate(text);
    const names = new Set([
      ...Object.keys(template.Resources),
      ...Object.keys((template as { Parameters?: object }).Parameters ?? {}),
    ]);
    const json = JSON.stringify(template);
    const references = [
      ...[...json.matchAll(/"Ref":"([^"]+)"/g)].map(([, name]) => name),
      ...[...json.matchAll(/"Fn::GetAtt":"([^".]+)\.[^"]+"/g)].map(([, name]) => name),
      ...[...json.matchAll(/\$\{([^}:]+)\}/g)].map(([, name]) => name),
    ];
    for (const name of references) expect(names).toContain(name);
  });

  test.each(templates.filter(([, { text }]) => patternsIn(text).length > 0))(
    "the patterns of %s fit",
    (_, { text }) => {
      for (const pattern of patternsIn(text)) expectSound(pattern);
    },
  );

  const hasLint = spawnSync("cfn-lint", ["--version"]).status === 0;
  if (!hasLint) console.warn("skipped: cfn-lint is not installed");
  test.skipIf(!hasLint)("cfn-lint finds nothing", { timeout: 120_000 }, async () => {
    const files = templates.map(([, { text }], index) => {
      const file = path.join(folder, `template-${index}.yaml`);
      writeFileSync(file, text);
      return file;
    });
    const { stdout } = await run("cfn-lint", ["--non-zero-exit-code", "none", "--", ...files]);
    expect(stdout).toBe("");
  });
});

describe("Terraform", () => {
  const modules = ofKind(snippets, "terraform");

  test.each(modules)("the patterns of %s fit", (_, { text }) => {
    const patterns = [...text.matchAll(/event_pattern = jsonencode\(([^)]*)\)/g)].map(([, json = ""]) => json);
    expect(patterns).toHaveLength(1);
    for (const json of patterns) expectSound(JSON.parse(json));
  });

  const hasTerraform = spawnSync("terraform", ["version"]).status === 0;
  if (!hasTerraform) console.warn("skipped: terraform is not installed (npm run test:docs reads its language without)");
  test.skipIf(!hasTerraform).each(modules)("%s is as terraform would format it", async (_, { text }) => {
    const formatting = run("terraform", ["fmt", "-no-color", "-"], { encoding: "utf8" });
    formatting.child.stdin?.end(text);
    expect((await formatting).stdout).toBe(text);
  });
});

test.each(ofKind(snippets, "consumer"))(
  "%s compiles as strictly as ours, and reads what a rule delivers",
  async (_, { text }) => {
    // The package by its sources; test/package has the built one.
    const specdrop = path.join(folder, "node_modules/specdrop");
    mkdirSync(specdrop, { recursive: true });
    symlinkSync(path.join(ROOT, "packages/events"), path.join(specdrop, "events"));
    writeFileSync(path.join(specdrop, "package.json"), '{ "exports": { "./events": "./events/src/public.ts" } }');
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
    const file = path.join(folder, "on-result.ts");
    writeFileSync(file, text);
    const tsconfig = {
      extends: path.join(ROOT, "tsconfig.json"),
      compilerOptions: { types: [], skipLibCheck: true },
      include: [],
      files: [file],
    };
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
    const checked = await run(path.join(ROOT, "node_modules/.bin/tsc"), ["--noEmit", "-p", folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(checked.stdout).toBe("");

    const { handler } = (await import(pathToFileURL(file).href)) as { handler: (event: unknown) => Promise<unknown> };
    const { received } = readGolden("ApplyFailed");
    expect(await handler(received)).toMatch(/^ApplyFailed on a1b2c3d4e5: \w+ /);
    expect(await handler(received)).toBeUndefined();
    await expect(handler({})).rejects.toThrow("/source must be");
  },
);

test.each(ofKind(snippets, "submit"))("%s sends a document without errors", (_, { text }) => {
  const [, put] = awsCalls(text, "if [ $1 = ssm ]; then echo the-bus; fi");
  expect(put?.slice(0, 3)).toEqual(["events", "put-events", "--entries"]);
  const [entry] = JSON.parse(put?.[3] ?? "") as readonly Readonly<Record<string, string>>[];
  expect(Object.keys(entry ?? {}).sort()).toEqual(["Detail", "DetailType", "EventBusName", "Source"]);
  expect(entry?.["EventBusName"]).toBe("the-bus");
  const parsed = parseSpecSubmitted(JSON.parse(entry?.["Detail"] ?? ""));
  if (!parsed.ok) throw new Error(parsed.problems.join());
  const { diagnostics } = parseSpec(JSON.stringify(parsed.value.document), "chat.json");
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});

describe("GitHub Actions", () => {
  const template = () =>
    parseTemplate(
      ofKind(snippets, "cloudformation").find(([, { text }]) => text.includes("OIDCProvider"))?.[1].text ?? "",
    );

  test("the role is for one branch of one repository, and writes below one prefix", () => {
    const role = template().Resources["DropSpecs"]?.Properties;
    const [trust] = role.AssumeRolePolicyDocument.Statement;
    expect(trust.Condition.StringEquals).toEqual({
      "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      "token.actions.githubusercontent.com:sub": expect.stringMatching(/^repo:[^*]+:ref:refs\/heads\/main$/),
    });
    const [write] = role.Policies[0].PolicyDocument.Statement;
    expect(write.Resource["Fn::Sub"]).toMatch(/\$\{SpecsBucket\}\/chat\/\*$/);
  });

  test.each(ofKind(snippets, "github-actions"))(
    "%s takes the role with a token, and writes where the role may",
    (_, { text }) => {
      const workflow = parse(text, { strict: true });
      expect(workflow.permissions).toEqual({ "id-token": "write", contents: "read" });
      expect(workflow.on.push.branches).toEqual(["main"]);
      const { steps } = workflow.jobs.drop;
      const uses = steps.flatMap(({ uses }: { uses?: string }) => uses ?? []);
      for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[\da-f]{40}$/);
      const taken = steps.find(({ uses = "" }) => uses.includes("configure-aws-credentials")).with["role-to-assume"];
      expect(taken).toMatch(new RegExp(`:role/${template().Resources["DropSpecs"]?.Properties.RoleName}$`));
      expect(steps.at(-1).run).toMatch(/^aws s3 sync specs "s3:\/\/\$\{\{ vars\.SPECS_BUCKET \}\}\/chat" --delete$/);
    },
  );
});

describe("Amazon Q Developer", () => {
  const [, chat] = ofKind(snippets, "cloudformation").find(([, { text }]) => text.includes("InputTransformer")) ?? [];
  const transformer = (): InputTransformer =>
    parseTemplate(chat?.text ?? "").Resources["FailuresToChat"]?.Properties.Targets[0].InputTransformer;

  const transform = (transformer: InputTransformer, event: unknown): string => {
    const target = { Id: "chat", Arn: "arn:aws:sns:us-east-1:000000000000:chat", InputTransformer: transformer };
    checkInput(target);
    return inputOf(target, event as BusEvent, { ruleArn: "", ruleName: "", ingestedAt: 0 }) ?? "";
  };

  test.each(["ApplyFailed", "DriftDetected"])("%s becomes a custom notification", (name) => {
    const { received, event } = readGolden(name);
    const { metadata, data } = event.detail;
    const notification = JSON.parse(transform(transformer(), received));
    const title = `${name} on API ${data.apiId}`;
    expect(notification).toEqual({
      version: "1.0",
      source: "custom",
      id: metadata.id,
      content: {
        textType: "client-markdown",
        title: `:warning: ${title}, ${data.summary.failed} failed`,
        description: metadata.documentId,
        nextSteps: [expect.stringContaining("specdrop drift")],
        keywords: ["specdrop", data.apiId],
      },
      metadata: { threadId: metadata.operationId, summary: title, eventType: name },
    });
  });

  test("a document's name with quotes in it is no way out", () => {
    const { received, event } = readGolden("ApplyFailed");
    const metadata = { ...event.detail.metadata, documentId: 's3://specs/"}],"\\\n<api>.json' };
    const text = transform(transformer(), { ...received, detail: { ...event.detail, metadata } });
    expect(JSON.parse(text).content.description).toBe(metadata.documentId);
  });

  test("every variable is used, and every path leads to something in every event that passes", () => {
    const { InputPathsMap, InputTemplate } = transformer();
    for (const [variable, path] of Object.entries(InputPathsMap ?? {})) {
      expect(InputTemplate).toContain(`<${variable}>`);
      for (const name of ["ApplyFailed", "DriftDetected"]) {
        expect(valueAt(path, readGolden(name).received), `${path} of ${name}`).toBeDefined();
      }
    }
  });
});
