import { readFile } from "node:fs/promises";
import type { Backend, Given, Reply } from "@specdrop/template";
import { wrongUsage } from "../failure.ts";

/** What a preview is asked with, as the command line has it: JSON, or `@FILE` with JSON in it. */
export interface GivenOptions {
  readonly reply: string;
  readonly request?: string;
  readonly context?: string;
  readonly stageVariables?: string;
  readonly backend?: Backend;
}

const REPLY_NAMES = new Set(["status", "headers", "body", "error"]);
const REQUEST_NAMES = new Set(["routeKey", "body"]);

/** Reads what a backend answers and what a client sent. Throws wrong usage that says which option is wrong. */
export async function readGiven(options: GivenOptions): Promise<Given> {
  const reply = await readMap("--reply", options.reply, REPLY_NAMES);
  const { status, headers, error } = reply;
  if (status !== undefined && !(Number.isInteger(status) && Number(status) >= 0)) {
    throw wrongUsage('--reply has a status that is no whole number: write { "status": 404 }');
  }
  if (headers !== undefined && !isMap(headers)) throw wrongUsage("--reply has headers that are no map");
  if (error !== undefined && options.backend !== undefined && options.backend !== "lambda") {
    throw wrongUsage("--reply has an error, which only a Lambda function has; leave --backend out, or give lambda");
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

async function readMap(
  option: string,
  given: string,
  known?: ReadonlySet<string>,
): Promise<Readonly<Record<string, unknown>>> {
  const text = given.startsWith("@") ? await readText(option, given.slice(1)) : given;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const where = given.startsWith("@") ? `the file ${given.slice(1)}` : option;
    throw wrongUsage(`${where} is not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  const example = option === "--reply" ? `'{"status":200,"body":{"id":42}}'` : `'{"name":"value"}'`;
  if (!isMap(value)) throw wrongUsage(`${option} needs a JSON object, such as ${example}`);
  const unknown = Object.keys(value).find((name) => known !== undefined && !known.has(name));
  if (unknown !== undefined && known !== undefined) {
    throw wrongUsage(`${option} has no ${JSON.stringify(unknown)}: it takes ${[...known].join(", ")}`);
  }
  return value;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function readText(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw wrongUsage(`${option} names the file ${path}, which cannot be read (${code})`);
  }
}
