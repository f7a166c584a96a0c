import { Unproven } from "../errors.ts";
import { parseJson } from "../values/json.ts";
import type { HostObject, Value } from "../values/value.ts";

/** Escapes of `$util.escapeJavaScript` that are documented or certain. */
const ESCAPES: Readonly<Record<string, string>> = {
  "'": "\\'",
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

function escapeJavaScript(text: string): string {
  if (text === "") throw new Unproven("What $util.escapeJavaScript makes of an empty text is not known.");
  if (text.includes("/")) throw new Unproven("Whether $util.escapeJavaScript escapes a slash is not known.");
  if ([...text].some((unit) => unit > "\u007f")) {
    throw new Unproven("Whether $util.escapeJavaScript escapes a character outside ASCII is not known.");
  }
  return Array.from(text, (unit) => {
    const known = ESCAPES[unit];
    if (known !== undefined || unit >= " ") return known ?? unit;
    return `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  }).join("");
}

/** As java.net.URLEncoder: a blank becomes `+`. */
function urlEncode(text: string): string {
  if (!text.isWellFormed()) throw new Unproven("What AWS makes of half a character is not known.");
  return [...new TextEncoder().encode(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (/[A-Za-z0-9.\-*_]/.test(character)) return character;
      return byte === 32 ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}

function urlDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw new Unproven("What AWS makes of a malformed percent sign is not known.", { cause });
  }
}

function base64Encode(text: string): string {
  if (!text.isWellFormed()) throw new Unproven("What AWS makes of half a character is not known.");
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

function base64Decode(text: string): string {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    throw new Unproven("What AWS makes of malformed Base64 is not known.");
  }
  try {
    const bytes = Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Unproven("What AWS makes of Base64 that holds no UTF-8 is not known.", { cause });
  }
}

function parse(text: string): Value | undefined {
  const value = parseJson(text, "parsed");
  if (value === undefined) throw new Unproven("What $util.parseJson makes of a text that is no JSON is not known.");
  return value ?? undefined;
}

const FUNCTIONS: Readonly<Record<string, (text: string) => Value | undefined>> = {
  escapeJavaScript,
  parseJson: parse,
  urlEncode,
  urlDecode,
  base64Encode,
  base64Decode,
};

export const UTIL_FUNCTIONS: readonly string[] = Object.keys(FUNCTIONS);

/** `$util`: a function that it does not have gives nothing. */
export const UTIL: HostObject = {
  host: "$util",
  property: () => undefined,
  method(name, args) {
    const apply = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    const [text] = args;
    if (apply === undefined) return undefined;
    if (args.length === 1 && typeof text === "string") return apply(text);
    if (args.length !== 1) return undefined;
    throw new Unproven(`What $util.${name} makes of a value that is no text is not known.`);
  },
  text: () => "{}",
};
