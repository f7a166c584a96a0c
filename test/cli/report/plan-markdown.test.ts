import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { codeSpan, fenced, fitSections, summaryOf } from "../../../packages/cli/src/report/markdown.ts";
import { awsEnvironment, callCli, emptyFolder } from "../run-cli.ts";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
  endpoints.cloudControl.changeFaults({ settleMs: 0 });
});
afterAll(() => endpoints.close());

let apis = 0;
function workspace() {
  apis += 1;
  const ApiId = `mark${apis}`;
  const folder = emptyFolder();
  const env = awsEnvironment(endpoints.url);
  return {
    folder,
    document(path: string, responses: Readonly<Record<string, readonly [string, string]>>, more: object = {}) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      const entries = Object.entries(responses).map(([logicalId, [IntegrationResponseKey, $default]]) => [
        logicalId,
        { IntegrationResponseKey, TemplateSelectionExpression: "\\$default", ResponseTemplates: { $default } },
      ]);
      const document = { ApiId, IntegrationId: "int1", ...more, IntegrationResponses: Object.fromEntries(entries) };
      writeFileSync(join(folder, path), JSON.stringify(document));
    },
    run: (...args: readonly string[]) => callCli(args, { cwd: folder, env }),
  };
}

test("a plan in Markdown says what would be deleted first, then changes, frames and warnings", async () => {
  const { document, folder, run } = workspace();
  const Expectations = [
    {
      name: "a message was sent",
      given: { backend: "http", reply: { status: 200, body: "{}" } },
      expect: { template: "$default" },
    },
  ];
  document("specs/a.json", { ok: ["/200/", '{"ok":1}'] }, { Expectations });
  document("specs/gone.json", { old: ["/500/", "old text"] });
  expect((await run("apply", "specs")).code).toBe(0);
  document("specs/a.json", { ok: ["/200/", '{"ok":2}'] }, { Expectations, Deploy: { StageName: "prod" } });
  document("specs/new.json", { fresh: ["/404/", "never shown"] });
  rmSync(join(folder, "specs/gone.json"));
  writeFileSync(join(folder, "specs/broken.json"), '{"ApiId": 1}');
  const { code, stdout } = await run("plan", "specs", "--prune", "--format", "markdown");
  expect(code).toBe(1);
  expect(stdout).toContain("### specdrop plan: ❌ 1 document cannot be applied");
  const order = ["would be deleted", "specs/broken.json", "specs/new.json"].map((words) => stdout.indexOf(words));
  expect(order).toEqual(order.toSorted((one, other) => one - other));
  expect(stdout).toMatch(/- {2,}.*\{"ok":1\}/);
  expect(stdout).toMatch(/\+ {2,}.*\{"ok":2\}/);
  expect(stdout).not.toContain("never shown");
  expect(stdout).not.toContain("old text");
  const whole = await run("plan", "specs", "--prune", "--format", "markdown", "--with-templates");
  expect(whole.stdout).toContain("never shown");
});

test("one file is planned in Markdown as well, and without changes it says so", async () => {
  const { document, run } = workspace();
  document("a.json", { ok: ["/200/", "x"] });
  expect((await run("plan", "a.json", "--format", "markdown")).stdout).toContain("### specdrop plan: 1 to create");
  expect((await run("apply", "a.json")).code).toBe(0);
  const after = await run("plan", "a.json", "--format", "markdown");
  expect(after.stdout).toContain("AWS matches the documents.");
  expect((await run("plan", "a.json", "--format", "markdown", "--json")).code).toBe(2);
});

/** What a reader of Markdown takes for more than text, outside of code. */
function outsideCode(markdown: string): string {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split("\n")) {
    const [, mark] = /^(`{3,})/.exec(line) ?? [];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined && mark !== undefined && line === mark && mark.length >= fence.length)
      fence = undefined;
    else if (fence === undefined) lines.push(line);
  }
  return lines
    .join("\n")
    .replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "")
    .replace(/<code>[^<]*<\/code>/g, "");
}

const HOSTILE = fc.oneof(
  fc.string({ unit: fc.constantFrom("`", "<", ">", "@", "!", "[", "]", "(", ")", "|", "\n", "~", "#", "x", " ", "*") }),
  fc.constantFrom("@everyone", "</details>", "<img src=x onerror=a>", "```\n@me", "[a](javascript:b)", "--> -->"),
);

test("no name gets out of its code", () => {
  fc.assert(
    fc.property(HOSTILE, HOSTILE, (one, other) => {
      const line = one.replaceAll("\n", " ");
      expect(outsideCode(`a ${codeSpan(line)} b`).trim()).toMatch(/^a\s+b$/);
      expect(outsideCode(`${fenced("diff", other.split("\n"))}\nend`)).toBe("end");
      const block = summaryOf(line, "words", fenced("", other.split("\n")));
      expect(outsideCode(block).replace(/\s+/g, " ")).toBe("<details><summary> words</summary> </details>");
    }),
  );
});

test("a hostile document stays text from end to end", async () => {
  const { document, run } = workspace();
  const name = "</summary></details>@everyone `x` ```";
  document("specs/<b>@me`.json", { [name]: ["/200/", "```\n</details>\n@everyone"] });
  const { stdout } = await run("plan", "specs", "--format", "markdown", "--with-templates");
  expect(stdout).toContain("&lt;b&gt;@me`.json");
  const rest = outsideCode(stdout);
  expect(rest).not.toContain("@");
  expect(rest.match(/<\/?(?:details|summary|b|code)>/g) ?? []).toEqual([
    "<details>",
    "<summary>",
    "</summary>",
    "</details>",
  ]);
});

test("what is too long is cut, and counted", () => {
  const section = (index: number) =>
    summaryOf(`d${index}`, "1 to update", fenced("diff", Array(100).fill("+ x".repeat(20))));
  const sections = Array.from({ length: 200 }, (_, index) => section(index));
  const { text, omitted } = fitSections("head", sections, 20_000);
  expect(text.length).toBeLessThanOrEqual(20_000);
  expect(omitted).toBeGreaterThan(0);
  expect(text).toContain(`_${omitted} more sections not shown`);
  const shown = text.match(/<details>/g)?.length ?? 0;
  expect(shown + omitted).toBe(200);
  expect(text.match(/<\/details>/g)).toHaveLength(shown);
  const long = fitSections("head", [fenced("", Array(5_000).fill("long line"))], 5_000);
  expect(long.text).toMatch(/… \d+ more lines\n```\n$/);
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 3_000 }), { maxLength: 30 }),
      fc.integer({ min: 500, max: 9_000 }),
      (sizes, most) => {
        const fitted = fitSections(
          "head",
          sizes.map((size) => fenced("", Array(size).fill("line"))),
          most,
        );
        expect(fitted.text.length).toBeLessThanOrEqual(most);
      },
    ),
  );
});
