import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { main } from "../../packages/cli/src/main.ts";
import { endWithTest } from "./end-with-test.ts";

export const ROOT = resolve(import.meta.dirname, "../..");
const BIN = join(ROOT, "packages/cli/bin/specdrop.js");

/** What leads the SDK to an embedded stack, or to what stands before one. */
export function awsEnvironment(url: string, region = "eu-central-1") {
  return { AWS_ENDPOINT_URL: url, AWS_REGION: region, AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any" };
}

export interface CliOptions {
  /** Added to an environment that knows nothing of AWS. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Has stdin and stderr be terminals, and this typed on them. */
  readonly typed?: string;
  /** For Node itself. */
  readonly nodeOptions?: readonly string[];
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the real command in a process of its own, which does not outlive the test. */
export function startCli(args: readonly string[], { env = {}, cwd = ROOT, nodeOptions = [] }: CliOptions = {}) {
  const child = spawn(process.execPath, [...nodeOptions, BIN, ...args], { cwd, env: { ...bareEnvironment(), ...env } });
  endWithTest(child);
  const ended = new Promise<number | null>((done) => child.once("close", done));
  return { child, ended };
}

export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { child, ended } = startCli(args, options);
  child.stdin.end(options.stdin ?? "");
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/**
 * Runs a command line in this process, which is many times faster: for whatever does not depend on signals, standard
 * input or the process's own streams. One at a time.
 */
export async function callCli(
  args: readonly string[],
  { env = {}, cwd = ROOT, typed }: Pick<CliOptions, "env" | "cwd" | "typed"> = {},
): Promise<CliResult> {
  const before = { env: { ...process.env }, cwd: process.cwd() };
  const [out, err] = [new PassThrough(), new PassThrough()];
  const said = Promise.all([text(out), text(err)]);
  const keyboard = new PassThrough();
  if (typed !== undefined) {
    for (const stream of [keyboard, err]) Object.assign(stream, { isTTY: true });
    keyboard.end(typed);
  }
  // What moves on a terminal is another test's.
  setEnvironment({ ...bareEnvironment(), ...(typed === undefined ? {} : { CI: "true" }), ...env });
  process.chdir(cwd);
  let code: number;
  try {
    const streams = { stdin: keyboard, stdout: out, stderr: err } as unknown as Parameters<typeof main>[1];
    code = await main(args, streams);
  } finally {
    setEnvironment(before.env);
    process.chdir(before.cwd);
    out.end();
    err.end();
  }
  const [stdout, stderr] = await said;
  return { code, stdout, stderr };
}

function setEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  Object.assign(process.env, env);
}

/** Resolves with what a stream has said once it matches; rejects where the process ends first. */
export function said(child: ChildProcess, stream: "stdout" | "stderr", pattern: RegExp): Promise<string> {
  return new Promise((done, fail) => {
    let heard = "";
    child[stream]?.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
      if (pattern.test(heard)) done(heard);
    });
    child.once("close", () => fail(new Error(`ended without saying ${pattern}; it said: ${heard}`)));
  });
}

export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "specdrop-cli-"));
}

function bareEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|NO_COLOR$|FORCE_COLOR$|NODE_OPTIONS$)/.test(name),
  );
  return { ...Object.fromEntries(kept), HOME: emptyHome, AWS_EC2_METADATA_DISABLED: "true" };
}

const emptyHome = emptyFolder();
