import { type Alias, isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from "yaml";
import { SPEC_LIMITS } from "./limits.ts";
import {
  type LocatedNode,
  type MapEntry,
  noteKey,
  pointerTo,
  type Reading,
  report,
  type Scalar,
  type Span,
} from "./node.ts";

interface Walk {
  readonly reading: Reading;
  readonly anchors: Map<string, LocatedNode>;
  aliases: number;
}

const CORE_TAG = /^!$|^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/;

/** Turns what the yaml package composed into located nodes. Aliases are looked up, never expanded. */
export function locate(reading: Reading, contents: ParsedNode): LocatedNode {
  return locateNode({ reading, anchors: new Map(), aliases: 0 }, contents, "");
}

function locateNode(walk: Walk, node: ParsedNode, pointer: string): LocatedNode {
  if (isAlias(node)) return locateAlias(walk, node, pointer);
  const content = locateContent(walk, node, pointer);
  const { tag, anchor } = node;
  const located = tag === undefined || CORE_TAG.test(tag) ? content : tagged(walk, content, tag, pointer);
  if (anchor !== undefined) walk.anchors.set(anchor, located);
  return located;
}

function locateContent(walk: Walk, node: Exclude<ParsedNode, Alias.Parsed>, pointer: string): LocatedNode {
  const span = spanOf(node);
  if (isMap(node)) return { kind: "map", ...span, entries: locateEntries(walk, node, pointer) };
  if (isSeq(node)) {
    const items = node.items.map((item, index) => locateNode(walk, item, pointerTo(pointer, index)));
    return { kind: "list", ...span, items };
  }
  return { kind: "scalar", ...span, value: node.value as Scalar, plain: node.type === "PLAIN" };
}

/** The tag stands before its value, and is part of what has to be rewritten. */
function tagged(walk: Walk, content: LocatedNode, tag: string, pointer: string): LocatedNode {
  const mark = walk.reading.text.lastIndexOf("!", content.start);
  const start = tag.startsWith("!") ? mark : mark - 1;
  const node = { kind: "tagged", tag, start, end: content.end, content } as const;
  walk.reading.tags.push({ node, pointer });
  return node;
}

function locateAlias(walk: Walk, alias: Alias.Parsed, pointer: string): LocatedNode {
  const span = spanOf(alias);
  walk.aliases++;
  const target = walk.anchors.get(alias.source);
  if (walk.aliases <= SPEC_LIMITS.aliases && target !== undefined) return target;
  if (walk.aliases <= SPEC_LIMITS.aliases) {
    report(walk.reading, span, {
      code: "SD1016",
      message: "No anchor with this name is defined before this alias",
      pointer,
      help: "A text that starts with * needs quotes.",
    });
  } else if (walk.aliases === SPEC_LIMITS.aliases + 1) {
    report(walk.reading, span, {
      code: "SD1008",
      message: `This is alias ${walk.aliases}; a document can have at most ${SPEC_LIMITS.aliases}`,
      pointer,
      help: "Write the values instead of aliases.",
    });
  }
  return { kind: "broken", ...span };
}

function locateEntries(walk: Walk, map: YAMLMap.Parsed, pointer: string): MapEntry[] {
  const entries: MapEntry[] = [];
  const seen = new Map<string, number>();
  for (const { key: keyNode, value } of map.items) {
    const span = spanOf(keyNode);
    const key = keyText(walk.reading, keyNode, pointer);
    if (key === undefined) continue;
    noteKey(walk.reading, seen, key, span, pointer);
    const plain = isScalar(keyNode) && keyNode.type === "PLAIN";
    const located: LocatedNode =
      value === null
        ? { kind: "scalar", start: span.end, end: span.end, value: null, plain: true }
        : locateNode(walk, value, pointerTo(pointer, key));
    entries.push({ ...span, key, plain, value: located });
  }
  return entries;
}

/** A key is the text that stands there: `200`, `true` and `1e3` are names like any other. */
function keyText(reading: Reading, key: ParsedNode, pointer: string): string | undefined {
  const span = spanOf(key);
  if (!isScalar(key) || (key.tag !== undefined && !CORE_TAG.test(key.tag))) {
    const help = "Write the name itself.";
    report(reading, span, { code: "SD1017", message: "The name of a property must be text", pointer, help });
    return undefined;
  }
  if (key.type !== "PLAIN") return String(key.value);
  if (key.value !== "<<") return key.source;
  report(reading, span, {
    code: "SD1009",
    message: "Merge keys are not part of YAML 1.2",
    pointer,
    help: "Write the properties where they are needed.",
  });
  return undefined;
}

function spanOf({ range: [start, end] }: ParsedNode): Span {
  return { start, end };
}
