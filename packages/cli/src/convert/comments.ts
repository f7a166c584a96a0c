import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";

/** The comments of an entry, without their `#`. */
export interface Comments {
  readonly before?: string;
  readonly beside?: string;
}

export interface CommentSource {
  /** What stands at the top of the text. */
  readonly top: string | undefined;
  /** The comments of the entry that a path leads to. */
  at(path: readonly string[]): Comments;
}

/** The comments of a YAML text that can be read; JSON has none. */
export function commentsOf(text: string): CommentSource {
  const { contents, commentBefore } = parseDocument(text, { schema: "core", uniqueKeys: false });
  const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

  function entryIn(map: unknown, key: string): Pair | undefined {
    if (!isMap(map)) return undefined;
    const index = indexes.get(map) ?? new Map(map.items.map((pair) => [keyText(pair.key), pair]));
    indexes.set(map, index);
    return index.get(key);
  }

  const firstKey = isMap(contents) ? contents.items[0]?.key : undefined;
  return {
    top: joined([commentBefore, isScalar(firstKey) ? firstKey.commentBefore : undefined]),
    at(path) {
      let map: unknown = contents;
      let pair: Pair | undefined;
      for (const [depth, key] of path.entries()) {
        map = depth === 0 ? contents : pair?.value;
        pair = entryIn(map, key);
      }
      if (pair === undefined || !isMap(map)) return {};
      const first = map.items[0] === pair && path.length > 1 ? map.commentBefore : undefined;
      const own = isScalar(pair.key) ? pair.key.commentBefore : undefined;
      const before = joined([first, own]);
      const beside = isScalar(pair.value) ? joined([pair.value.comment]) : undefined;
      return { ...(before === undefined ? {} : { before }), ...(beside === undefined ? {} : { beside }) };
    },
  };
}

/** One comment of several; undefined where there is none. */
export function joined(comments: readonly (string | null | undefined)[]): string | undefined {
  return comments.filter((each) => each).join("\n") || undefined;
}

function keyText(key: unknown): string {
  if (!isScalar(key)) return "";
  return key.type === "PLAIN" && key.source !== undefined ? key.source : String(key.value);
}
