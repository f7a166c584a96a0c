import type { DeliveredEvent, Runs, Situation } from "./runs.ts";

/** Which run shows which detail-type in docs/events.md. */
const SHOWN: Readonly<Record<string, Situation>> = {
  SpecRejected: "rejected",
  PlanProduced: "planned",
  ApplySucceeded: "applied",
  ApplyUnchanged: "unchanged",
  ApplyFailed: "conflict",
  SpecSuperseded: "superseded",
  DriftDetected: "drift",
  DriftResolved: "resolved",
  SpecSubmitted: "submitted",
  SpecWithdrawn: "withdrawn",
};

const WIDTH = 112;

/** A page with the example of each detail-type as it comes out of a run; ids, times and durations are made up. */
export function withExamples(page: string, runs: Runs): string {
  const events = Object.entries(SHOWN).map(([type, situation]) => {
    const event = runs[situation].find(({ "detail-type": detailType }) => detailType === type);
    if (event === undefined) throw new Error(`No ${type} came of what was ${situation}`);
    return event;
  });
  return stable(events).reduce((text, event) => {
    const type = event["detail-type"];
    const block = new RegExp(`(\\n### ${type}\\n(?:(?!\\n##)[\\s\\S])*?\\n\`\`\`json\\n)[\\s\\S]*?(\\n\`\`\`\\n)`);
    if (!block.test(text)) throw new Error(`The page has no example under ${type}`);
    return text.replace(block, (_, before: string, after: string) => before + pretty(event, 0) + after);
  }, page);
}

/** The examples on a page, by their headings. */
export function examplesOn(page: string): Readonly<Record<string, unknown>> {
  const blocks = page.matchAll(/\n### (\w+)\n(?:(?!\n##)[\s\S])*?\n```json\n([\s\S]*?)\n```\n/g);
  return Object.fromEntries([...blocks].map(([, type = "", json = ""]) => [type, JSON.parse(json)]));
}

/** What differs from run to run, in order of appearance, gets the same names each time. */
function stable(events: readonly DeliveredEvent[]): readonly DeliveredEvent[] {
  const names = new Map<string, string>();
  const name = (value: unknown, nameOf: (nth: number) => string) => {
    if (typeof value !== "string" || names.has(value) || value.startsWith("order-")) return;
    names.set(value, nameOf(names.size + 1));
  };
  const counted: Record<string, number> = {};
  const next = (kind: string, list: readonly string[]) => () => {
    counted[kind] = (counted[kind] ?? 0) + 1;
    return list[counted[kind] - 1] ?? `${list[0]}${counted[kind]}`;
  };
  const hex = (nth: number) => (nth * 0x9e3779b1).toString(16).padStart(8, "0").repeat(4).slice(0, 32);
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const object = value as Record<string, unknown>;
    name(object["apiId"] ?? object["ApiId"], next("api", ["a1b2c3d4e5", "f6g7h8i9j0"]));
    name(object["integrationId"] ?? object["IntegrationId"], next("integration", ["abc1234", "def5678"]));
    if (typeof object["identifier"] === "string")
      name(object["identifier"].split("|")[2], next("response", ["k3m9x2a", "p7q1z8c", "h2j6t4d", "d8f3n6s"]));
    for (const key of ["operationId", "etag"]) name(object[key], hex);
    name(object["versionId"], (nth) => `3sL4kqtJlcpXroDTDmJ${nth}`);
    if ("documentId" in object || "detail-type" in object) name(object["id"], hex);
    name(object["correlationId"], (nth) => hex(nth).slice(0, 16).toUpperCase());
    for (const member of Object.values(object)) visit(member);
  };
  visit(events);
  return events.map((event, nth) => {
    const seconds = `2026-11-22T09:${String(30 + nth).padStart(2, "0")}:01`;
    const text = [...names].reduce((json, [from, to]) => json.replaceAll(from, to), JSON.stringify(event));
    return JSON.parse(
      text
        .replace(/"time":"[^"]*\.\d+Z"/, `"time":"${seconds}.120Z"`)
        .replace(/"time":"[^".]*"/, `"time":"${seconds}Z"`)
        .replace(/"durationMs":[\d.]+/, '"durationMs":640')
        .replace(/(\w{10}\|\w{7}\|)(?!k3m9x2a|p7q1z8c|h2j6t4d|d8f3n6s)\w{7}/g, "$1r5w8v1b")
        .replaceAll("000000000000", "111122223333")
        .replaceAll("s3://specs/", "s3://example-specs/")
        .replaceAll('"bucket":"specs"', '"bucket":"example-specs"'),
    ) as DeliveredEvent;
  });
}

/** JSON on as few lines as are easy to read. */
function pretty(value: unknown, indent: number): string {
  const line = JSON.stringify(value, null, 1)?.replace(/\n\s*/g, " ") ?? "null";
  if (typeof value !== "object" || value === null) return line;
  const isFlat = Object.values(value).every(isSmall);
  if (isFlat && indent + line.length <= WIDTH) return line.replace(/^\[ /, "[").replace(/ \]$/, "]");
  const pad = " ".repeat(indent + 2);
  const items = Array.isArray(value)
    ? value.map((item) => pad + pretty(item, indent + 2))
    : Object.entries(value).map(([key, member]) => `${pad}${JSON.stringify(key)}: ${pretty(member, indent + 2)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${items.join(",\n")}\n${" ".repeat(indent)}${close}`;
}

function isSmall(value: unknown): boolean {
  return typeof value !== "object" || value === null || Object.values(value).every((each) => typeof each !== "object");
}
