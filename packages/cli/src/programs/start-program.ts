import { spawn } from "node:child_process";
import { resolve } from "node:path";
import type { FromProgram, ProgramFailure, ToProgram } from "@specdrop/authoring/channel";
import { programHost } from "../pages/package-files.ts";

/** Told of each call of a program, with the way to answer it. Never rejects. */
export type OnCall = (
  message: Extract<FromProgram, { readonly kind: "declare" }>,
  answer: (answer: ToProgram) => void,
) => Promise<void>;

/** How a program ended. `exited`: before its end, by itself or by a signal. */
export type ProgramEnd =
  | { readonly kind: "ended" }
  | { readonly kind: "failed"; readonly failure: ProgramFailure }
  | { readonly kind: "exited"; readonly how: string };

export interface RunningProgram {
  readonly end: Promise<ProgramEnd>;
  stop(): void;
}

const NODE_OPTIONS = [
  // Warnings about what is as it should be: a program needs no package.json, and Node 22 still calls types experimental.
  "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
  "--disable-warning=ExperimentalWarning",
  // Before 22.18 Node reads TypeScript only when asked to.
  ...(process.features.typescript ? [] : ["--experimental-strip-types"]),
];

/** Starts a program in a process of its own; what it prints goes where `output` says. */
export function startProgram(path: string, output: "stdout" | "stderr", onCall: OnCall): RunningProgram {
  const child = spawn(process.execPath, [...NODE_OPTIONS, programHost(), resolve(path)], {
    stdio: ["inherit", output === "stdout" ? 1 : 2, 2, "ipc"],
  });
  let end: ProgramEnd | undefined;
  const answer = (message: ToProgram) => {
    // A program that has gone has no use for an answer; that it has gone is told by its end.
    if (child.connected) child.send(message, () => {});
  };
  child.on("message", (message: FromProgram) => {
    if (message.kind === "declare") void onCall(message, answer);
    // The program can write to the channel as well: what it says there is none of ours.
    else if (message.kind === "ended" || message.kind === "failed") end = message;
  });
  const isGone = new Promise<string>((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code, signal) => done(signal === null ? `with exit code ${code}` : `by ${signal}`));
  });
  const isSilent = new Promise<void>((done) => {
    if (child.connected) child.once("disconnect", done);
    else done();
  });
  return {
    end: Promise.all([isGone, isSilent]).then(([how]) => end ?? { kind: "exited", how }),
    stop: () => void child.kill(),
  };
}
