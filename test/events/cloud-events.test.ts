import { readFileSync } from "node:fs";
import { RESULT_DETAIL_TYPES } from "@specdrop/events";
import { expect, test } from "vitest";
import { readGolden } from "./golden.ts";
import { readSchemaFile } from "./schemas.ts";

const doc = readFileSync(new URL("../../docs/events.md", import.meta.url), "utf8");
const section = doc.split("\n## CloudEvents\n")[1]?.split("\n## ")[0] ?? "";
const rows = [...section.matchAll(/^\| `(\w+)`[^|]*\| (.*?) *\|$/gm)].map(
  ([, name = "", from = ""]) => [name, from] as const,
);

/** What the documented mapping makes of an event, row by row. */
function mapped(event: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(rows.map(([name, from]) => [name, read(event, from)]));
}

function read(event: Record<string, unknown>, from: string): unknown {
  const parts = [...from.matchAll(/`([^`]+)`/g)].map(([, part = ""]) => part);
  if (from.includes(" + "))
    return parts
      .slice(parts.indexOf("$id") + 1)
      .map((part) => lookUp(event, part))
      .join("");
  const value = lookUp(event, parts[0] ?? "");
  const digits = /padded with zeros to (\w+) digits/.exec(from)?.[1];
  return digits === "ten" ? String(value).padStart(10, "0") : value;
}

/** A path into the event, or what is written itself. */
function lookUp(event: Record<string, unknown>, part: string): unknown {
  let value: unknown = event;
  for (const name of part.split(".")) value = (value as Record<string, unknown> | undefined)?.[name];
  return value ?? part;
}

/** CloudEvents 1.0.2, sections "Required Attributes", "Optional Attributes" and "Naming Conventions". */
const FORMATS: Readonly<Record<string, RegExp>> = {
  specversion: /^1\.0$/,
  id: /^.+$/,
  source: /^(?:[A-Za-z][\w+.-]*:)?[\w.~!$&'()*+,;=:@/?#[\]%-]+$/,
  type: /^.+$/,
  subject: /^.+$/,
  time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  datacontenttype: /^[\w.+-]+\/[\w.+-]+$/,
  dataschema: /^[A-Za-z][\w+.-]*:.+$/,
};
const REQUIRED = ["id", "source", "specversion", "type"];

test("the mapping has the required attributes, and names that CloudEvents allows", () => {
  const names = rows.map(([name]) => name);
  expect(names).toEqual(expect.arrayContaining(REQUIRED));
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
});

test.each(RESULT_DETAIL_TYPES)("%s becomes a valid CloudEvent", (type) => {
  const { received, event } = readGolden(type);
  const { data, ...attributes } = mapped(received);
  for (const [name, value] of Object.entries(attributes)) {
    expect(value, name).toBeTypeOf("string");
    expect(value, name).not.toMatch(/^detail/);
    expect(String(value), name).toMatch(FORMATS[name] ?? /^[^\p{Cc}]+$/u);
  }
  expect(attributes).toMatchObject({ id: event.detail.metadata.id, source: "specdrop", type });
  expect(attributes["dataschema"]).toBe(JSON.parse(readSchemaFile(type)).$id);
  expect(data).toEqual(event.detail.data);
});

test("id and source name one event and no other", () => {
  const names = RESULT_DETAIL_TYPES.map((type) => {
    const { id, source } = mapped(readGolden(type).received);
    return `${String(source)} ${String(id)}`;
  });
  expect(new Set(names).size).toBe(RESULT_DETAIL_TYPES.length);
});
