import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { awsEnvironment, type CliResult, callCli, emptyFolder, runCli, startCli } from "../cli/run-cli.ts";

/** What a command came to, and what the program said. */
export interface Result extends CliResult {
  readonly said: readonly string[];
}

/** A folder far from any package, with programs in it, and commands that run there: in this process, or with `cli` in their own. */
export function workspace(url: string) {
  const folder = emptyFolder();
  const env = { ...awsEnvironment(url), NO_COLOR: "1" };

  async function call(...args: readonly string[]): Promise<Result> {
    const heard = join(folder, "said.txt");
    rmSync(heard, { force: true });
    const result = await callCli(args, { cwd: folder, env });
    return { ...result, said: existsSync(heard) ? readFileSync(heard, "utf8").trimEnd().split("\n") : [] };
  }

  return {
    folder,
    /** A program that has the function at hand as `response`, `say` to be heard with, and may await. */
    program: (name: string, body: string) => writeFileSync(join(folder, name), `${PRELUDE}\n${body}\n`),
    file: (name: string, text: string) => writeFileSync(join(folder, name), text),
    run: (path: string, ...flags: readonly string[]) => call("run", ...flags, path),
    withdraw: (path: string) => call("withdraw", path),
    apply: (path: string) => call("apply", path),
    drift: () => call("drift"),
    status: () => call("status"),
    cli: (...args: readonly string[]) => runCli(args, { cwd: folder, env }),
    start: (...args: readonly string[]) => startCli(args, { cwd: folder, env }),
  };
}

const PRELUDE = [
  'import AWS from "@specdrop/authoring"; import { appendFileSync } from "node:fs";',
  "const response = AWS.ApiGatewayV2.IntegrationResponse;",
  'const say = (...words: unknown[]) => appendFileSync("said.txt", words.join(" ") + "\\n");',
].join(" ");

/** The properties of a response, as a program's text. */
export function props(ApiId: string, IntegrationResponseKey: string, rest: Readonly<Record<string, unknown>> = {}) {
  return JSON.stringify({ ApiId, IntegrationId: "int0001", IntegrationResponseKey, ...rest });
}
