import { join, relative } from "node:path";
import type { ResultEvent, Summary } from "@specdrop/events";
import type { SpecDocument } from "@specdrop/spec";
import { parse } from "@specdrop/spec";
import { check } from "../converge/check.ts";
import { expectEqual } from "../demo/expect.ts";
import { openStage, type Stage } from "../demo/stage.ts";
import { type Story, tellStory } from "../demo/story.ts";
import { runFile } from "../expectations/run-file.ts";
import { PACKAGE_ROOT } from "../pages/package-files.ts";
import { Failure } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";

const EXAMPLES = join(PACKAGE_ROOT, "examples");

/** Drops the examples into the embedded stack, shows each result, and checks it. */
export async function demo(terminal: Terminal): Promise<number> {
  const started = performance.now();
  const story = tellStory(terminal);
  story.progress("starting the embedded stack");
  const stage = await openStage();
  try {
    terminal.out(
      `The pipeline runs on ${stage.url}: S3, EventBridge, SQS, DynamoDB and Cloud Control, all on this machine.`,
    );

    story.title("1. A new response: drop a file into the bucket");
    await created(stage, story, example("hello.yaml"));

    story.title("2. What clients get: the expectations of a document, without AWS");
    await tested(story, example("chat.yaml"));

    const minimal = example("minimal.yaml");
    story.title("3. A document with warnings: it is applied, but probably does not work as meant");
    await created(stage, story, minimal);

    const advanced = example("advanced.yaml");
    story.title("4. Another document for the same response: take the first one away, then drop this");
    await withdrawn(stage, story, minimal);
    await created(stage, story, advanced);

    story.title("5. A response that already exists: adopt it");
    await withdrawn(stage, story, advanced);
    await adopted(stage, story, example("adopt.yaml"));

    story.title("6. Response headers");
    await created(stage, story, example("response-parameters.yaml"));

    story.title("7. A file with mistakes");
    await rejected(stage, story, example("broken.yaml"));

    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    terminal.out(
      `\n${terminal.paint("green", "Everything went as expected")}, in ${seconds} s. Next, try it yourself: npx specdrop dev\nIt also serves a page that shows what is live and what is wrong. Open it in a browser: http://127.0.0.1:4566/_specdrop/`,
    );
    return 0;
  } finally {
    await stage.close();
  }
}

async function tested(story: Story, path: string): Promise<void> {
  const { results } = await runFile(path);
  const verdicts = results.map(({ verdict }) => verdict);
  expectEqual(`The verdicts of ${name(path)}`, verdicts, Array(Math.max(1, results.length)).fill("pass"));
  const [first, ...others] = results;
  story.row("tested", `${name(path)}: ${results.length} passed, ${first?.name} and ${others.length} more`);
  story.row("frame", ...(first?.actual.frame ?? "").split("\n"));
}

async function created(stage: Stage, story: Story, path: string): Promise<void> {
  const document = await planned(stage, story, path, { create: 1 });
  await dropped(stage, story, path, "ApplySucceeded", { create: 1 });
  const live = await stage.live(document);
  expectEqual("What is live", live?.properties, document.resources[0]?.properties);
  story.row("live", `${live?.identifier}, exactly as the file says`);
}

async function withdrawn(stage: Stage, story: Story, path: string): Promise<void> {
  const document = await documentIn(path);
  story.progress(`waiting for ${name(path)} to be withdrawn`);
  const { result } = await stage.remove(path);
  expectResult(result, "ApplySucceeded", { delete: 1 });
  expectEqual("What is live after the withdrawal", await stage.live(document), undefined);
  story.row("withdrawn", `${name(path)}: its object and its response are deleted`);
}

async function adopted(stage: Stage, story: Story, path: string): Promise<void> {
  const [resource] = (await documentIn(path)).resources;
  if (resource === undefined) throw new Failure(`${path} declares no resource`);
  const { ApiId, IntegrationId, IntegrationResponseKey } = resource;
  const theirs = {
    TemplateSelectionExpression: "\\$default",
    ResponseTemplates: { $default: '{ "made": "by hand" }' },
  };
  const identifier = await stage.createByOtherMeans({ ApiId, IntegrationId, IntegrationResponseKey, ...theirs });
  story.row("by hand", `${identifier} created, with ${Object.keys(theirs).join(" and ")}`);

  const document = await planned(stage, story, path, { adopt: 1 });
  const writes = stage.writes();
  await dropped(stage, story, path, "ApplySucceeded", { adopt: 1 });
  const live = await stage.live(document);
  expectEqual("The adopted response", { identifier: live?.identifier, ...live?.properties }, { identifier, ...theirs });
  expectEqual("The number of writes to Cloud Control", stage.writes(), writes);
  story.row("live", `${identifier}, unchanged: specdrop writes nothing that the file does not declare`);
}

async function rejected(stage: Stage, story: Story, path: string): Promise<void> {
  const { verdict } = await check(path);
  expectEqual("Whether the file is valid", verdict.ok, false);
  story.validated({ ...verdict, file: name(path) });
  const writes = stage.writes();
  await dropped(stage, story, path, "SpecRejected", {});
  expectEqual("The number of writes to Cloud Control", stage.writes(), writes);
  story.row("live", "unchanged: nothing of a document with errors is applied");
}

async function planned(stage: Stage, story: Story, path: string, summary: Partial<Summary>): Promise<SpecDocument> {
  const { text, verdict } = await check(path);
  story.validated({ ...verdict, file: name(path) });
  const plan = await stage.plan(path, text);
  expectResult(plan, "PlanProduced", summary);
  story.planned(plan);
  return documentIn(path);
}

async function dropped(
  stage: Stage,
  story: Story,
  path: string,
  detailType: ResultEvent["detailType"],
  summary: Partial<Summary>,
): Promise<void> {
  story.row("dropped", `${name(path)} → s3://specs/`);
  story.progress(`waiting for the result of ${name(path)}`);
  const reaction = await stage.drop(path);
  expectResult(reaction.result, detailType, summary);
  expectEqual("Whether Slack has a message", reaction.slack !== undefined, true);
  story.reaction(reaction);
}

function expectResult(event: ResultEvent, detailType: ResultEvent["detailType"], summary: Partial<Summary>): void {
  const counted = Object.fromEntries(Object.entries(event.detail.data.summary).filter(([, number]) => number > 0));
  const seen = { detailType: event.detailType, ...counted };
  expectEqual(`The result of ${event.detail.metadata.documentId}`, seen, { detailType, ...summary });
}

async function documentIn(path: string): Promise<SpecDocument> {
  const { text } = await check(path);
  const { document } = parse(text, path);
  if (document === undefined) throw new Failure(`${path} has errors`);
  return document;
}

function example(file: string): string {
  return join(EXAMPLES, file);
}

function name(path: string): string {
  return relative(PACKAGE_ROOT, path);
}
