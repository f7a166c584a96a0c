// Runs in a process of its own, which `specdrop run` starts with the program's path: imports the program, and carries
// its calls to the run over the process's channel.
import { pathToFileURL } from "node:url";
import { sitesIn, syntaxSiteIn } from "./call-site.ts";
import type { FromProgram, ProgramFailure, ThrownError, ToProgram } from "./channel.ts";
import { errorFrom, SpecdropError } from "./errors.ts";
import { findAuthoring } from "./find-authoring.ts";
import type { IntegrationResponse } from "./properties.ts";
import { enterScope, RUN_IS_OVER } from "./scope.ts";

const waiting = new Map<
  number,
  { readonly resolve: (live: IntegrationResponse) => void; readonly reject: (error: Error) => void }
>();
let calls = 0;
let isOver = false;

/** The channel keeps the process alive only while an answer is awaited: a program ends as it does under Node. */
function hold(): void {
  if (waiting.size > 0) process.channel?.ref();
  else process.channel?.unref();
}

function tell(message: FromProgram, sent: () => void = () => {}): void {
  // Nobody to tell it to: the run is gone, and with it the ledger.
  if (process.connected) process.send?.(message, undefined, {}, sent);
  else process.exit(1);
}

enterScope(({ id, props, site }) => {
  if (isOver) return Promise.reject(errorFrom(RUN_IS_OVER));
  calls += 1;
  const call = calls;
  const answer = new Promise<IntegrationResponse>((resolve, reject) => waiting.set(call, { resolve, reject }));
  hold();
  tell({ kind: "declare", call, id, props, site });
  return answer;
});

process.on("message", (answer: ToProgram) => {
  const call = waiting.get(answer.call);
  waiting.delete(answer.call);
  hold();
  if ("live" in answer) call?.resolve(answer.live);
  else call?.reject(errorFrom(answer.error));
});
process.on("disconnect", () => {
  if (!isOver) process.exit(1);
});
hold();

/** Tells the run the end of it, once. */
function end(message: Extract<FromProgram, { kind: "ended" | "failed" }>): void {
  if (isOver) return;
  isOver = true;
  process.exitCode = message.kind === "ended" ? 0 : 1;
  tell(message, () => (message.kind === "ended" ? process.disconnect() : process.exit(1)));
}

function fail(failure: ProgramFailure): void {
  end({ kind: "failed", failure });
}

/** What Node says of a module that it was told to read as CommonJS. */
const AS_COMMONJS =
  /^(?:Cannot use import statement outside a module|Unexpected token 'export'|await is only valid in async functions)/;
const WRITE_MODULE =
  'The nearest package.json makes this file CommonJS. Write "type": "module" there, or rename the program to .mts or .mjs.';

function thrown(error: unknown): ThrownError {
  if (!(error instanceof Error)) return { message: String(error) };
  const [first] = sitesIn(error.stack).filter(({ file }) => !file.startsWith(import.meta.dirname));
  const site = first ?? syntaxSiteIn(error.stack);
  const causes = { stack: error.stack, ...(site === undefined ? {} : { site }) };
  if (error instanceof SpecdropError)
    return { code: error.code, message: `${error.code}: ${error.message}`, help: error.help, ...causes };
  const help = AS_COMMONJS.test(error.message) && error instanceof SyntaxError ? { help: WRITE_MODULE } : {};
  return { message: `${error.name}: ${error.message}`, ...help, ...causes };
}

const stop = (error: unknown) => {
  fail({ reason: "threw", told: thrown(error) });
};
process.on("uncaughtException", stop);
process.on("unhandledRejection", stop);

findAuthoring();

const [, , path = ""] = process.argv;
let isRead = false;
process.on("beforeExit", () => {
  const exitCode = process.exitCode ?? 0;
  if (!isRead) fail({ reason: "unsettled" });
  else if (Number(exitCode) !== 0) fail({ reason: "exitCode", exitCode });
  else end({ kind: "ended" });
});
process.argv = [process.execPath, path];
import(pathToFileURL(path).href).then(() => {
  isRead = true;
}, stop);
