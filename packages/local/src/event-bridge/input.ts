import { parseJson } from "../json.ts";
import type { BusEvent } from "./entries.ts";
import { EventBridgeError } from "./errors.ts";
import { parsePath, valueAt } from "./json-path.ts";
import type { InputTransformer, Target } from "./target.ts";

/** A rule as the predefined variables show it. */
export interface InputContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** Epoch milliseconds. */
  readonly ingestedAt: number;
}

const MOST_VARIABLES = 100;
const LONGEST_TEMPLATE = 8192;
/** Inside a template: an escaped character, a quote, or a variable. */
const PART = /\\.|"|<([^<>\s]+)>/gs;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html, "Predefined variables" */
const PREDEFINED: Readonly<Record<string, (event: BusEvent, context: InputContext) => unknown>> = {
  "aws.events.rule-arn": (_, { ruleArn }) => ruleArn,
  "aws.events.rule-name": (_, { ruleName }) => ruleName,
  "aws.events.event.ingestion-time": (_, { ingestedAt }) => new Date(ingestedAt).toISOString(),
  // It has no detail, and its type under another name: so recorded by tests/aws/services/events/test_events_inputs.py of
  // github.com/localstack/localstack, in an account.
  "aws.events.event": ({ detail: _, "detail-type": detailType, ...event }) => ({ ...event, detailType }),
  "aws.events.event.json": (event) => event,
};
/** Put in as they are, even inside quotes. */
const NEVER_ESCAPED: ReadonlySet<string> = new Set(["aws.events.event", "aws.events.event.json"]);

/** Throws an `EventBridgeError` where a target says in a way that EventBridge refuses what it is to get. */
export function checkInput({ Id, Arn, Input, InputPath, InputTransformer }: Target): void {
  const given = [Input, InputPath, InputTransformer].filter((each) => each !== undefined).length;
  if (given > 1) throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  if (given > 0 && Arn.split(":")[2] === "events") {
    throw invalid(`Modifying the input for target ${Id} is not supported.`);
  }
  if (Input !== undefined && parseJson(Input) === undefined)
    throw invalid(`JSON syntax error in input for target ${Id}.`);
  if (InputPath !== undefined && parsePath(InputPath) === undefined) {
    throw invalid(`Invalid InputPath for target ${Id}: ${InputPath}.`);
  }
  if (InputTransformer !== undefined) checkTransformer(Id, InputTransformer);
}

function checkTransformer(id: string, { InputPathsMap = {}, InputTemplate }: InputTransformer): void {
  const variables = Object.entries(InputPathsMap);
  if (variables.length > MOST_VARIABLES)
    throw invalid(`InputPathsMap for target ${id} has more than ${MOST_VARIABLES} variables.`);
  for (const [name, path] of variables) {
    if (!/^[\w-]{1,256}$/.test(name) || /^aws/i.test(name)) {
      throw invalid(`InputPathsMap for target ${id} contains invalid key ${name}.`);
    }
    if (path.length > 256 || parsePath(path) === undefined) {
      throw invalid(`InputPathsMap for target ${id} contains invalid path ${path}.`);
    }
  }
  if (InputTemplate === undefined || InputTemplate.length === 0 || InputTemplate.length > LONGEST_TEMPLATE) {
    throw invalid(`InputTemplate for target ${id} must have 1 to ${LONGEST_TEMPLATE} characters.`);
  }
  const known = new Set([...Object.keys(InputPathsMap), ...Object.keys(PREDEFINED)]);
  const filled = fill(InputTemplate, (name, isQuoted) => {
    if (!known.has(name)) throw invalid(`InputTemplate for target ${id} contains invalid placeholder ${name}.`);
    return isQuoted ? MARK : "null";
  });
  try {
    JSON.parse(filled, (key, value) => {
      if (key.includes(MARK)) throw new Error("a placeholder cannot be used as an object key");
      return value;
    });
  } catch (error) {
    throw invalid(`Invalid InputTemplate for target ${id}: ${(error as Error).message.replaceAll(MARK, "<>")}.`);
  }
}

/** Stands for a variable inside quotes. */
const MARK = "\uE000";

function invalid(message: string): EventBridgeError {
  return new EventBridgeError("ValidationException", message);
}

/**
 * The JSON that a target gets in the place of an event; `undefined` where it gets the event itself. Outside of quotes a value is put in as JSON, inside of them as it is, and one that
 * the event does not have is an empty text. Throws an `EventBridgeError` where that makes no JSON: EventBridge escapes
 * nothing inside quotes.
 */
export function inputOf(
  { Input, InputPath, InputTransformer }: Target,
  event: BusEvent,
  context: InputContext,
): string | undefined {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return pathInput(InputPath, event);
  if (InputTransformer === undefined) return undefined;
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  const filled = fill(InputTemplate, (name, isQuoted) => {
    const predefined = Object.hasOwn(PREDEFINED, name) ? PREDEFINED[name] : undefined;
    const value = predefined === undefined ? valueAt(InputPathsMap[name] ?? "$", event) : predefined(event, context);
    if (!isQuoted || NEVER_ESCAPED.has(name)) return JSON.stringify(value === undefined ? "" : value);
    // An object inside a text loses its quotes.
    return typeof value === "object" ? JSON.stringify(value).replaceAll('"', "") : String(value ?? "");
  });
  try {
    return JSON.stringify(JSON.parse(filled));
  } catch (cause) {
    throw invalidJson("The input transformer made no valid JSON of the event.", cause);
  }
}

function pathInput(path: string, event: BusEvent): string {
  const value = valueAt(path, event);
  if (value !== undefined) return JSON.stringify(value);
  throw invalidJson(`InputPath ${path} leads nowhere in the event.`);
}

function invalidJson(message: string, cause?: unknown): EventBridgeError {
  return new EventBridgeError("INVALID_JSON", message, { cause });
}

/** The template with something in the place of each variable. */
function fill(template: string, textOf: (name: string, isQuoted: boolean) => string): string {
  let isQuoted = false;
  return template.replace(PART, (part, name: string | undefined) => {
    if (part === '"') isQuoted = !isQuoted;
    return name === undefined ? part : textOf(name, isQuoted);
  });
}
