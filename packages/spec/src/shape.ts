import { isIntrinsic } from "./evaluate.ts";
import { codePointName, INVISIBLE, invisibleIn } from "./invisible.ts";
import { SPEC_LIMITS } from "./limits.ts";
import { isBeyondList, type LocatedNode, type MapEntry, type MapNode, pointerTo, report, type Span } from "./node.ts";
import { type PropertyTable, requiredIn } from "./properties.ts";
import { isQuotable } from "./quotable.ts";
import { readValue, type Scope, type ValueOf, wrongType } from "./values.ts";
import { didYouMean, longerThan, shown } from "./words.ts";
import { written } from "./written.ts";

/** What a table's properties are read as; undefined where they were reported. */
export type Values<T extends PropertyTable> = { readonly [P in keyof T]?: ValueOf<T[P]["kind"]> | undefined };

/** A map about to be read: what to call it, and where to say that something is missing. */
export interface Owner {
  readonly name: string;
  readonly at: Span;
  readonly pointer: string;
  /** What to say about properties that belong elsewhere. */
  readonly hints?: Readonly<Record<string, string>>;
  /** Properties that need not be here because they stand further up. */
  readonly inherited?: ReadonlySet<string>;
}

/** Reads a map by its table: reports what is unknown, missing or of the wrong type, and returns the rest. */
export function readProperties<T extends PropertyTable>(scope: Scope, map: MapNode, table: T, owner: Owner): Values<T> {
  const values: Record<string, unknown> = {};
  const present = new Set(owner.inherited);
  for (const entry of map.entries) {
    const rule = Object.hasOwn(table, entry.key) ? table[entry.key] : undefined;
    if (rule === undefined) {
      present.add(reportUnknown(scope, entry, Object.keys(table), owner));
      continue;
    }
    present.add(entry.key);
    const named = { name: entry.key, node: entry.value, pointer: pointerTo(owner.pointer, entry.key) };
    values[entry.key] = readValue(scope, named, rule);
  }
  for (const name of requiredIn(table)) {
    if (!present.has(name)) reportMissing(scope, name, owner);
  }
  return values as Values<T>;
}

/** Reports a property that does not exist here; returns the one that was probably meant, or the name itself. */
export function reportUnknown(scope: Scope, entry: MapEntry, known: readonly string[], owner: Owner): string {
  const pointer = pointerTo(owner.pointer, entry.key);
  if (entry.key === "IntegrationResponseId") {
    report(scope.reading, entry, {
      code: "SD2007",
      message: "IntegrationResponseId is read-only: AWS generates it",
      pointer,
      help: "Remove the line; specdrop finds a response by its ApiId, IntegrationId and IntegrationResponseKey.",
    });
    return entry.key;
  }
  if (invisibleIn(entry.key) >= 0) return reportInvisibleName(scope, entry, known, pointer);
  if (isBeyondList(scope.reading, "SD2001", entry)) return entry.key;
  const near = didYouMean(entry.key, known);
  const hints = owner.hints ?? {};
  const hint = (Object.hasOwn(hints, entry.key) && hints[entry.key]) || `Known here: ${known.join(", ")}.`;
  const isShown = near !== undefined || isQuotable(entry.key, entry.value);
  const said = isShown ? `no property ${shown(entry.key)}` : "no property of this name";
  report(scope.reading, entry, {
    code: "SD2001",
    message: `${owner.name} has ${said}${near === undefined ? "" : `; did you mean ${near}?`}`,
    pointer: isShown ? pointer : owner.pointer,
    ...(near === undefined ? { help: hint } : { suggestion: written(scope.reading, entry.plain, near) }),
  });
  return near ?? entry.key;
}

const INVISIBLES = new RegExp(`[${INVISIBLE}]`, "g");

/** A name that looks right and is not: a character that nobody sees is in it, or was taken for its indentation. */
function reportInvisibleName(scope: Scope, entry: MapEntry, known: readonly string[], pointer: string): string {
  const { reading } = scope;
  const name = entry.key.replace(INVISIBLES, "").trim();
  const at = invisibleIn(reading.text.slice(entry.start, entry.end));
  const where = at < 0 ? entry : { start: entry.start + at, end: entry.start + at + 1 };
  report(reading, where, {
    code: "SD1020",
    message: `A name here contains the invisible character ${codePointName(entry.key, invisibleIn(entry.key))}`,
    pointer,
    help: "Remove it; indent with plain spaces.",
  });
  return known.includes(name) ? name : entry.key;
}

const WHERE_IDS_STAND = "Write it here, or once at the top of the document for every resource.";

export function reportMissing(scope: Scope, name: string, owner: Owner): void {
  const inheritable = scope.template === undefined && (name === "ApiId" || name === "IntegrationId");
  report(scope.reading, owner.at, {
    code: "SD2002",
    message: `${owner.name} has no ${name}`,
    pointer: owner.pointer,
    help: inheritable ? WHERE_IDS_STAND : `Add ${name}.`,
  });
}

/** The map that a value should be; reports anything else. */
export function asMap(scope: Scope, node: LocatedNode, name: string, pointer: string): MapNode | undefined {
  const functionOfTemplate = scope.template !== undefined && isIntrinsic(node);
  if (node.kind === "map" && !functionOfTemplate) return node;
  return wrongType(scope, { name, node, pointer, guarded: true }, "a map");
}

/** Checks a logical id, and that there are not too many of them; false ends the reading. */
export function checkLogicalId(scope: Scope, entry: MapEntry, count: number, pointer: string): boolean {
  const { reading } = scope;
  if (count > SPEC_LIMITS.resources) {
    report(reading, entry, {
      code: "SD1007",
      message: `This is resource ${count}; a document can have at most ${SPEC_LIMITS.resources}`,
      pointer,
      help: "Split the document, for instance by API. The rest of the document was not checked.",
    });
    return false;
  }
  if (!isLogicalId(entry.key)) {
    const message =
      entry.key === ""
        ? "A logical id must not be empty"
        : `A logical id can have at most ${SPEC_LIMITS.logicalId} characters`;
    report(reading, entry, { code: "SD2006", message, pointer });
  }
  return true;
}

/** Whether a text can be a logical id. */
export function isLogicalId(text: string): boolean {
  return text !== "" && !longerThan(text, SPEC_LIMITS.logicalId);
}
