import { SPEC_LIMITS } from "./limits.ts";
import { type Reading, report } from "./node.ts";
import { PARAMETER_KEY_PATTERN, PARAMETER_VALUE_PATTERN, UNVERIFIED_VALUE_PATTERN } from "./properties.ts";
import type { Text, TextEntry } from "./values.ts";
import { characters, longerThan, shown } from "./words.ts";
import { written } from "./written.ts";

const PREFIX = "method.response.header.";

const KEY = new RegExp(PARAMETER_KEY_PATTERN, "u");
const HEADER_NAME = /^[\w-]+$/;
const VALUE = new RegExp(PARAMETER_VALUE_PATTERN, "u");
const UNVERIFIED = new RegExp(UNVERIFIED_VALUE_PATTERN, "u");
const WITH_DOLLAR = /^\$\{?((?:integration\.response|context|stageVariables)\.[^{}]+)\}?$/;
/** An expression that is made of names: a reference, and no value. */
const REFERENCE = /^(?:integration\.response|context|stageVariables)\.[\w.[\]-]{1,60}$/;

/** Checks keys and values of ResponseParameters against what the API's reference allows. */
export function checkParameters(reading: Reading, parameters: readonly TextEntry[]): void {
  for (const { key, value } of parameters) {
    if (key.text !== "" && !KEY.test(key.text)) reportKey(reading, key, value !== undefined);
    if (value !== undefined) checkValue(reading, value);
  }
}

/** A name without a text behind it may be a part of another value that a comma has cut off. */
function reportKey(reading: Reading, key: Text, hasText: boolean): void {
  const lowered = key.text.toLowerCase();
  const name = lowered.startsWith(PREFIX) ? key.text.slice(PREFIX.length) : key.text;
  const isName = hasText && HEADER_NAME.test(name);
  report(reading, key.node, {
    code: "SD3005",
    message: `${isName ? shown(key.text) : "This name"} is not a header of the response: write ${PREFIX}NAME`,
    pointer: key.pointer,
    ...(isName ? { suggestion: written(reading, key.node.plain, `${PREFIX}${name}`) } : {}),
  });
}

function checkValue(reading: Reading, value: Text): void {
  const { text } = value;
  if (text === "" || longerThan(text, SPEC_LIMITS.parameterValue)) {
    const message = `The value has ${characters(text)} characters; a value must have 1 to ${SPEC_LIMITS.parameterValue}`;
    const help = "For a header without content, write the static value ''.";
    report(reading, value.node, { code: "SD3003", message, pointer: value.pointer, ...(text === "" ? { help } : {}) });
  } else if (UNVERIFIED.test(text)) {
    report(reading, value.node, {
      code: "SD3110",
      message: `${REFERENCE.test(text) ? shown(text) : "A value of this kind"} is documented for requests; it is not known whether AWS accepts it here`,
      pointer: value.pointer,
      help: "Documented here: integration.response.header.NAME, integration.response.body.EXPRESSION, a static value.",
    });
  } else if (!VALUE.test(text)) {
    const mapped = WITH_DOLLAR.exec(text)?.[1];
    report(reading, value.node, {
      code: "SD3006",
      message: `This value is neither integration.response.header.NAME, integration.response.body.EXPRESSION nor a static value in single quotes`,
      pointer: value.pointer,
      ...(mapped !== undefined && REFERENCE.test(mapped) ? { suggestion: written(reading, false, mapped) } : {}),
      help: "The single quotes are part of a static value: write \"'text'\".",
    });
  }
}
