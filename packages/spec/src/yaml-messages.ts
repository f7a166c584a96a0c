/** What a writer did, and what to do about it. */
export interface YamlAdvice {
  readonly message: string;
  readonly help: string;
}

const AS_PROPERTY = "Write a property as name, colon, space, value.";
const PUT_IN_QUOTES = "Put the text in single quotes.";
const WITHOUT_TAG = "Remove the tag; text that starts with ! needs quotes.";
const DIRECTIVE = "A line that starts with % is a YAML directive: remove it, or put the text in quotes.";

/** The messages of the yaml package (2.9), and ours instead. The first that fits counts; the code stands before the message. */
const ADVICE: readonly (readonly [parser: RegExp, message: string, help: string])[] = [
  [
    /Nested mappings are not allowed/,
    "A property begins inside the value of another one",
    'Put a text that contains ": " in quotes. Begin an inner map on the line after its name.',
  ],
  [
    /block sequence may not be used/,
    "A list begins where a property should",
    "Indent all dashes of one list equally, and begin a property with its name.",
  ],
  [
    /Implicit keys need to be/,
    "This line is not a property: its colon is missing",
    `${AS_PROPERTY} Indent the lines of a longer text.`,
  ],
  [/Implicit keys of flow/, "A name inside brackets goes over several lines", "Write name and colon on one line."],
  [/Implicit map keys need/, "This name has no colon", AS_PROPERTY],
  [/^KEY_OVER_1024_CHARS/, "This name has more than 1,024 characters", "Shorten it, or look for a missing quote."],
  [
    /All mapping items/,
    "This line does not begin in the same column as the properties around it",
    "Indent all properties of one map equally.",
  ],
  [
    /All sequence items/,
    "This dash is not in the same column as the dashes around it",
    "Indent all items of one list equally.",
  ],
  [/Sequence item without/, "This list item has no dash", "Begin each item with a dash and a space."],
  [/on same line with key/, "A list begins on the line of its name", "Write the first dash on the next line."],
  [
    /newline after block seq/,
    "A list begins on the line of its tag or anchor",
    "Write the first dash on the next line.",
  ],
  [/leading empty lines/, "An empty line of this text has more spaces than its first line", "Remove those spaces."],
  [
    /must not be less indented/,
    "A line of this text is indented less than its first line",
    "Indent all lines of the text at least as far as the first.",
  ],
  [
    /Block scalar values in/,
    "The text after | or > is not indented",
    "Indent it further than the name of the property.",
  ],
  [
    /Block scalar header|block scalar header/,
    "There is something after | or > on this line",
    "Begin the text on the next line.",
  ],
  [/^TAB_AS_INDENT/, "This line is indented with a tab", "Indent with spaces."],
  [/Missing closing 'quote/, "A closing ' is missing", "Look for the place where the quote opens."],
  [/Missing closing "quote/, 'A closing " is missing', "Look for the place where the quote opens."],
  [/must .*end with a \}/, "A closing } is missing", "Close the bracket, and indent the lines inside it."],
  [/must .*end with a \]/, "A closing ] is missing", "Close the bracket, and indent the lines inside it."],
  [/flow-(?:map|seq)-end/, "This bracket closes nothing", "Remove it, or look for the bracket that should open."],
  [
    /^BLOCK_IN_FLOW/,
    "An indented map, or a list with dashes, is inside brackets",
    "Use brackets on every level inside brackets, or on none.",
  ],
  [/Flow end indicator/, "This closing bracket is not indented", "Indent it further than the name of its property."],
  [/Missing , /, "A comma is missing before this item", "Separate items inside brackets with commas."],
  [/Unexpected ,|Unexpected empty item/, "There is one comma too many", "Remove it."],
  [/Missing space after :/, "There is no space after this colon", AS_PROPERTY],
  [
    /Comments must be separated/,
    "There is no space before this #",
    "Write a space before #, or put the text in quotes.",
  ],
  [/^BAD_SCALAR_START/, "Text without quotes cannot begin with this character", PUT_IN_QUOTES],
  [
    /at node end/,
    "This is not a part of the value before it",
    "Put the whole value in quotes, or indent this line like those around it.",
  ],
  [
    /Tags and anchors must be separated/,
    "There is no space after this tag or anchor",
    "Write one; text that starts with ! or & needs quotes.",
  ],
  [/^BAD_PROP_ORDER/, "This tag or anchor is in the wrong place", "Write it after the dash or colon."],
  [/^MULTIPLE_TAGS/, "This value has two tags", WITHOUT_TAG],
  [/^MULTIPLE_ANCHORS/, "This value has two anchors", "Keep one of them."],
  [/^BAD_ALIAS/, "This anchor or alias has no valid name", "Text that starts with & or * needs quotes."],
  [/^ALIAS_PROPS/, "This alias has a tag or an anchor", "Remove it: an alias takes the value as it is."],
  [/^BAD_DIRECTIVE/, "This directive cannot be read", DIRECTIVE],
  [/directives-end/, "A directive has no line --- after it, or --- has text after it", DIRECTIVE],
  [/\btags?\b/i, "This tag cannot be read", WITHOUT_TAG],
];

const UNKNOWN: YamlAdvice = {
  message: "This cannot be read as YAML",
  help: "Look for a missing colon, quote, bracket or indentation here or on the line before.",
};

/** Whether it says more than that something is wrong. */
export function isKnown({ message }: Pick<YamlAdvice, "message">): boolean {
  return message !== UNKNOWN.message;
}

/** Ours instead of the parser's own words, which may also repeat a part of a template. */
export function yamlAdvice(code: string, parserMessage: string): YamlAdvice {
  const found = ADVICE.find(([parser]) => parser.test(`${code} ${parserMessage}`));
  return found === undefined ? UNKNOWN : { message: found[1], help: found[2] };
}
