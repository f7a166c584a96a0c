import { Document, type Node, Pair, Scalar, YAMLMap } from "yaml";

/** Text, flags, and maps of them, in the order they are to be written. */
export type YamlValue = string | boolean | ReadonlyMap<string, YamlValue>;

/** Characters that a YAML text may not hold, or that do not survive in it, unless they are escaped. */
const ESCAPED = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be written as they are.
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/u;
const PLAIN_KEY = /^[$\w./-]+$/;

/** Comments to go above and beside the entry that a path leads to. */
type CommentsAt = (path: readonly string[]) => { readonly before?: string; readonly beside?: string };

/** A YAML text that reads back as `value`, with text of several lines as blocks. */
export function writeYaml(value: YamlValue, commentsAt: CommentsAt = () => ({})): string {
  const document = new Document(nodeOf(value, [], commentsAt));
  // Between double quotes a break stays an escape: the library loses blanks beside one when it spreads a text over lines.
  const text = document.toString({
    lineWidth: 0,
    singleQuote: true,
    simpleKeys: true,
    doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY,
  });
  // What is here of these stands between double quotes.
  return text.replaceAll(ESCAPED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function nodeOf(value: YamlValue, path: readonly string[], commentsAt: CommentsAt): Node {
  if (typeof value === "boolean") return new Scalar(value);
  if (typeof value === "string") return scalarFor(value);
  const map = new YAMLMap();
  for (const [key, inner] of value) {
    const at = [...path, key];
    const { before, beside } = commentsAt(at);
    const [keyNode, node] = [keyOf(key), nodeOf(inner, at, commentsAt)];
    if (before !== undefined) keyNode.commentBefore = before;
    if (beside !== undefined && node instanceof Scalar) node.comment = beside;
    map.items.push(new Pair(keyNode, node));
  }
  return map;
}

function scalarFor(text: string): Scalar {
  const scalar = new Scalar(text);
  if (UNPRINTABLE.test(text)) scalar.type = "QUOTE_DOUBLE";
  else if (text.includes("\n")) scalar.type = isBlock(text) ? "BLOCK_LITERAL" : "QUOTE_DOUBLE";
  return scalar;
}

/** Blanks at the beginning, or alone on a line, are indentation to a block's reader. */
function isBlock(text: string): boolean {
  return /^\S/.test(text) && !/^[^\S\n]+$/m.test(text);
}

function keyOf(key: string): Scalar {
  const scalar = new Scalar(key);
  if (!PLAIN_KEY.test(key)) scalar.type = "QUOTE_DOUBLE";
  return scalar;
}
