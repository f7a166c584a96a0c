import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parse, render, type Variables } from "@specdrop/template";
import { havePeers } from "./lib/processes.ts";
import { median, report, round, roundsAsked } from "./lib/report.ts";

/** Renderings of mapping templates in a second, and how many of AWS's recordings come out to the letter. */
const GOAL = { renderingsPerSecond: 10_000 };
const SAMPLE_MS = 50;

const TYPICAL = `#set($root = $input.path('$'))
{
  "type": "message",
  "from": "$util.escapeJavaScript($root.sender.name)",
  "connection": "$context.connectionId",
#if($root.room && $root.room != "")
  "room": "$root.room",
#end
  "tags": [#foreach($tag in $root.tags)"$tag"#if($foreach.hasNext), #end#end],
  "total": $root.items.size(),
  "text": $input.json('$.text')
}`;
const REPLY = {
  sender: { name: "Ada", id: 42 },
  room: "r1",
  tags: ["a", "b", "c"],
  items: [{ id: 1 }, { id: 2 }, { id: 3 }],
  text: "Hello, it's me",
};
const CONTEXT = { connectionId: "L0SM9cOFvHcCIhw=" };

interface Recording {
  readonly template: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly ignoreWhitespace: boolean;
  readonly rendered: unknown;
}

interface Velocity {
  readonly parse: (template: string) => readonly unknown[];
  readonly Compile: new (ast: readonly unknown[]) => { render(context: object): string };
}

/** Installed with the other tools that specdrop is compared with; absent where that does not work. */
function velocityJs(): Velocity | undefined {
  if (!havePeers()) return undefined;
  return createRequire(new URL("package.json", import.meta.url))("velocityjs") as Velocity;
}

/** The recordings that the team keeps beside the checkout. */
function recordings(): readonly Recording[] {
  const file = new URL("../../../shared/corpus/velocity/recorded.json", import.meta.url);
  if (existsSync(file))
    return (JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Recording[] }).cases;
  console.error("The recordings of API Gateway are not on this machine: correctness is left out.");
  return [];
}

function isExact({ rendered, ignoreWhitespace }: Recording, print: () => string): boolean {
  try {
    const text = print();
    if (typeof rendered !== "string") return JSON.stringify(JSON.parse(text)) === JSON.stringify(rendered);
    return (ignoreWhitespace ? text.replace(/\s+/g, " ").trim() : text) === rendered;
  } catch {
    return false;
  }
}

/** What API Gateway offers a template, as far as velocityjs can be given it. */
function contextFor(body: unknown): object {
  const at = (path: string) =>
    path
      .split(".")
      .slice(1)
      .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], body);
  return {
    input: { path: at, json: (path: string) => JSON.stringify(at(path)), body: JSON.stringify(body) },
    context: CONTEXT,
    util: { escapeJavaScript: (text: string) => text.replaceAll("'", "\\'"), parseJson: JSON.parse },
  };
}

/** The processor's milliseconds for one of them, in the median of the rounds. */
function millisecondsOf(work: () => unknown, rounds: number): number {
  const timed = (times: number) => {
    const before = process.cpuUsage();
    for (let n = 0; n < times; n++) work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000 / times;
  };
  let times = 16;
  while (timed(times) * times < SAMPLE_MS) times *= 2;
  return median(Array.from({ length: rounds }, () => timed(times)));
}

function main(): void {
  const rounds = roundsAsked(9);
  const velocity = velocityJs();
  const body = JSON.stringify(REPLY);
  const variables: Variables = { body, context: CONTEXT };
  const parsed = parse(TYPICAL);
  const all = recordings();
  const exact: Exact = (print) =>
    all.length === 0
      ? "not here"
      : `${all.filter((one) => isExact(one, () => print(one, withVariables(one)))).length} of ${all.length}`;
  const ours = exact(({ variables: given }, template) => render(parse(template), { body: JSON.stringify(given) }));
  const works: readonly Work[] = [
    { tool: "specdrop", template: "parsed once", work: () => render(parsed, variables), correct: ours },
    { tool: "specdrop", template: "parsed each time", work: () => render(parse(TYPICAL), variables), correct: ours },
    ...(velocity === undefined ? [] : worksOf(velocity, body, exact)),
  ];
  const rows = works.map(({ tool, template, work, correct }) => {
    const perSecond = Math.round(1_000 / millisecondsOf(work, rounds));
    const goal = tool === "specdrop" ? { goal: perSecond >= GOAL.renderingsPerSecond ? "met" : "missed" } : {};
    return {
      tool,
      template,
      "renderings/s": perSecond,
      "µs each": round(1e6 / perSecond, 1),
      "recordings to the letter": correct,
      ...goal,
    };
  });
  report("template", rows, { goal: GOAL });
}

interface Work {
  readonly tool: string;
  readonly template: string;
  readonly work: () => unknown;
  readonly correct: string;
}

type Exact = (print: (recording: Recording, template: string) => string) => string;

function worksOf({ parse: read, Compile }: Velocity, body: string, exact: Exact): readonly Work[] {
  const tool = "velocityjs 2.1.7";
  const parsed = read(TYPICAL);
  const correct = exact(({ variables }, template) => new Compile(read(template)).render(contextFor(variables)));
  const rendered = (ast: readonly unknown[]) => new Compile(ast).render(contextFor(JSON.parse(body)));
  return [
    { tool, template: "parsed once", work: () => rendered(parsed), correct },
    { tool, template: "parsed each time", work: () => rendered(read(TYPICAL)), correct },
  ];
}

/** Recordings set their variables by the first lines of the template. */
function withVariables({ template, variables }: Recording): string {
  const names = Object.keys(variables).map((name) => `#set($${name} = $bodyJSON.${name})`);
  return `#set($bodyJSON = $util.parseJson($input.body))${names.join(" ")}\n${template}`;
}

main();
