import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import type { Backend, Given, Reply } from "@specdrop/template";
import { wrongUsage } from "../terminal/failure.ts";

/** What a preview is asked with, as the command line has it: JSON, or `@FILE` with JSON in it; `@-` is standard input. */
export interface GivenOptions {
  readonly reply: string;
  readonly request?: string;
  readonly context?: string;
  readonly stageVariables?: string;
  readonly backend?: Backend;
}

const REPLY_NAMES = new Set(["status", "headers", "body", "error"]);
const EXAMPLES: Readonly<Record<string, string>> = {
  "--reply": '{"status":200,"body":{"id":42}}',
  "--request": '{"routeKey":"send","body":{"room":"r1"}}',
  "--context": '{"requestId":"r-1"}',
};
const REQUEST_NAMES = new Set(["routeKey", "body"]);

/** Reads what a backend answers and what a client sent. Throws wrong usage that says which option is wrong. */
export async function readGiven(options: GivenOptions, document: string): Promise<Given> {
  const { reply: r, request: q, context: c, stageVariables: s } = options;
  const readers = [document, ...[r, q, c, s].map((given) => (given === "@-" ? "-" : ""))].filter(
    (name) => name === "-",
  );
  if (readers.length > 1) throw wrongUsage("standard input can be read once only: give files for the rest");
  const reply = await readMap("--reply", options.reply, REPLY_NAMES);
  const { status, headers, error } = reply;
  if (status !== undefined && !(Number.isInteger(status) && Number(status) >= 100 && Number(status) <= 599)) {
    throw wrongUsage('the status in --reply must be a number from 100 to 599, without quotes: {"status":404}');
  }
  if (
    headers !== undefined &&
    !(isMap(headers) && Object.values(headers).every((value) => typeof value === "string"))
  ) {
    throw wrongUsage(`the headers in --reply must be texts by name: {"headers":{"Retry-After":"30"}}`);
  }
  if (error !== undefined && options.backend !== undefined && options.backend !== "lambda") {
    throw wrongUsage("--reply has an error, which only a Lambda function has: leave out --backend, or make it lambda");
  }
  const request =
    options.request === undefined ? {} : { request: await readMap("--request", options.request, REQUEST_NAMES) };
  const context = options.context === undefined ? {} : { context: await readMap("--context", options.context) };
  const stageVariables =
    options.stageVariables === undefined
      ? {}
      : { stageVariables: await readMap("--stage-variables", options.stageVariables) };
  const backend = options.backend === undefined ? {} : { backend: options.backend };
  return { reply: reply as Reply, ...request, ...context, ...stageVariables, ...backend };
}

/** JavaScript holds no whole number of this size. */
class RoundedError extends Error {}

/** A reviver that lets no whole number lose digits. */
function exactly(_name: string, value: unknown, { source }: { readonly source?: string } = {}): unknown {
  const isWhole = typeof value === "number" && source !== undefined && /^-?\d+$/.test(source);
  if (isWhole && BigInt(source) !== BigInt(value)) throw new RoundedError();
  return value;
}

async function readMap(
  option: string,
  given: string,
  known?: ReadonlySet<string>,
): Promise<Readonly<Record<string, unknown>>> {
  const example = EXAMPLES[option] ?? '{"name":"value"}';
  const text = given.startsWith("@") ? await readText(option, given.slice(1)) : given;
  let value: unknown;
  try {
    value = JSON.parse(text, exactly);
  } catch (cause) {
    if (cause instanceof RoundedError) {
      throw wrongUsage(`${option} has a number that would be rounded: give the body as a text, where all digits stay`);
    }
    const where = given.startsWith("@") ? `${nameOf(given.slice(1))} for ${option}` : option;
    const hint = given.startsWith("@") ? "" : `. Write ${option} '${example}', or ${option} @FILE for a file`;
    throw wrongUsage(`${where} is not JSON: ${cause instanceof Error ? cause.message : cause}${hint}`);
  }
  if (!isMap(value)) throw wrongUsage(`${option} needs a JSON object, such as '${example}'`);
  const unknown = Object.keys(value).find((name) => known !== undefined && !known.has(name));
  if (unknown !== undefined && known !== undefined) {
    throw wrongUsage(`${option} has no ${JSON.stringify(unknown)}: it takes ${[...known].join(", ")}`);
  }
  return value;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameOf(path: string): string {
  return path === "-" ? "standard input" : `the file ${path}`;
}

async function readText(option: string, path: string): Promise<string> {
  try {
    return await (path === "-" ? textOf(process.stdin) : readFile(path, "utf8"));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw wrongUsage(
      code === "ENOENT"
        ? `${option} names the file ${path}, which does not exist`
        : `${option} names the file ${path}, which cannot be read (${code})`,
    );
  }
}
