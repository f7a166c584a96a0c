import { describe, expect, inject, test } from "vitest";
import { ALARMS } from "../../infra/alarm-table.ts";
import { SECRETS, VARIABLES } from "../../infra/settings.ts";
import { createProgram } from "../../packages/cli/src/program.ts";
import { openTerminal } from "../../packages/cli/src/terminal/terminal.ts";
import { ofKind, readPage, snippetsOf } from "../docs/snippets.ts";
import { all, bare, only, TYPES } from "./infrastructure.ts";
import { STAGES } from "./stages.ts";

const production = inject("stages").production;
const integrate = readPage("integrate.md");
const operate = readPage("operate.md");

describe.each([
  ["integrate.md", integrate],
  ["operate.md", operate],
  ["ledger-lost.md", readPage("ledger-lost.md")],
  ["aws-down.md", readPage("aws-down.md")],
])("the names in %s", (_, page) => {
  const found = (pattern: RegExp) => [...new Set([...page.matchAll(pattern)].map(([, name = ""]) => name))];

  test("are those of parameters, log groups and resources", () => {
    const names = (type: string, key: string) => all(production, type).map(({ inputs }) => inputs[key]);
    const parameters = names(TYPES.parameter, "name");
    for (const name of found(/\$\(name (\w+)\)/g)) expect(parameters).toContain(`/specdrop/production/${name}`);
    for (const name of found(/(\/specdrop\/production\/\w+)/g)) expect(parameters).toContain(name);
    const groups = names(TYPES.logGroup, "name");
    for (const name of found(/(\/aws\/lambda\/[\w-]+)/g)) expect(groups).toContain(name);
    const made = production.resources.flatMap(({ state }) => [state["name"], state["bucket"], state["dashboardName"]]);
    const bareNames = made.filter((name) => typeof name === "string").map((name) => bare(name));
    for (const name of found(/(?<![\w/-])(specdrop-production[\w-]*)/g)) expect(bareNames).toContain(name);
  });

  test("are those of settings and secrets", () => {
    for (const name of found(/\b(SPECDROP_[A-Z_]+)/g)) expect(Object.values(VARIABLES)).toContain(name);
    for (const name of found(/sst secret set (\w+)/g)) expect(Object.keys(SECRETS)).toContain(name);
  });

  test("are those of commands and their options", () => {
    const { commands } = createProgram(openTerminal(), () => {});
    for (const line of found(/(?:npx |`)specdrop ((?:[a-z]+)(?: [^\n`#]*)?)/g)) {
      const command = commands.find((each) => each.name() === line.split(" ")[0]);
      expect(command, line).toBeDefined();
      const options = command?.options.map(({ long }) => long);
      for (const [option] of line.matchAll(/--[a-z]+/g)) expect(options, line).toContain(option);
    }
  });
});

test("what the page calls parameters is all of them", () => {
  const listed = [...operate.matchAll(/^\| (`\w+`(?:, `\w+`)*) +\|/gm)].flatMap(
    ([, names = ""]) => names.match(/\w+/g) ?? [],
  );
  const parameters = all(production, TYPES.parameter).map(({ inputs }) => inputs["name"].split("/").at(-1));
  expect(listed.sort()).toEqual([...parameters, ...Object.values(VARIABLES)].sort());
});

/** A command of an alarm as the page has it, where a shell function looks names up. */
function asOnThePage(command: string): string {
  return command
    .replace(/\{([A-Z]\w*)\}/g, "/aws/lambda/specdrop-production-$1")
    .replace("dynamodb:{table}", '"dynamodb:$(name table)"')
    .replace(/\{(\w+)\}/g, '"$(name $1)"');
}

test("every alarm has its section, with the same sentences and the same first command, and every section its alarm", () => {
  const [, alarms = ""] = operate.split("\n## Alarms\n");
  const sections = Object.fromEntries(
    alarms
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf("\n")), section.replace(/\n(?=\w)/g, " ")]),
  );
  expect(Object.keys(sections).sort()).toEqual(
    all(production, TYPES.alarm)
      .map(({ name }) => name)
      .sort(),
  );
  for (const [id, { happened, clients, next }] of Object.entries(ALARMS)) {
    const section = sections[id] ?? "";
    expect(section).toContain(`**What happened:** ${happened}`);
    expect(section).toContain(`**Clients:** ${clients}`);
    expect(section).toMatch(/\*\*Do:\*\* [\s\S]+\n```sh\b/);
    expect(alarms.slice(alarms.indexOf(`### ${id}\n`))).toContain(`\n\`\`\`sh\n${asOnThePage(next)}\n`);
  }
});

test("every graph of the dashboard is explained", () => {
  const { widgets } = JSON.parse(only(production, "aws:cloudwatch/dashboard:Dashboard").inputs["dashboardBody"]);
  const [, table = ""] = operate.split("## Read the dashboard");
  const explained = [...(table.split("## ")[0] ?? "").matchAll(/^\| ([A-Z][^|]*?) +\|/gm)].map(([, title]) => title);
  const titles = widgets.flatMap(({ properties }: { properties: { title?: string } }) => properties.title ?? []);
  expect(explained).toEqual(titles);
});

test("links inside the pages lead to headings", () => {
  const pages = {
    "integrate.md": integrate,
    "operate.md": operate,
    ...Object.fromEntries(
      ["architecture.md", "aws-down.md", "install-sst.md", "ledger-lost.md"].map((name) => [name, readPage(name)]),
    ),
  };
  const anchors = (page: string) =>
    [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(" ", "-")
        .replace(/[^\w-]/g, ""),
    );
  for (const [name, page] of Object.entries(pages)) {
    for (const [, file, anchor = ""] of page.matchAll(/\]\(([\w.-]*)#([\w-]+)\)/g)) {
      const target = pages[(file || name) as keyof typeof pages];
      if (target !== undefined) expect(anchors(target), `${name}: ${file}#${anchor}`).toContain(anchor);
    }
  }
});

test("the settings that open the bus to others are those of the production stage, and open it", () => {
  const [[, { text }] = ["", { text: "" }]] = ofKind(snippetsOf(integrate), "deploy");
  const { policy } = only(production, TYPES.busPolicy).inputs;
  const settings: Readonly<Record<string, string>> = STAGES.production.settings;
  const exported = [...text.matchAll(/^export (\w+)=(\S+)$/gm)];
  expect(exported).toHaveLength(2);
  for (const [, name = "", value = ""] of exported) {
    expect(settings[name]?.replaceAll(" ", "")).toBe(value);
    for (const who of value.split(",")) expect(policy).toContain(who);
  }
});
