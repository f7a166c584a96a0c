import { fileURLToPath } from "node:url";
import type { CallSite } from "./channel.ts";

const FRAME = /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+):(\d+)\)?$/;

/** The stack that led to the call of `called`, a line for each frame. */
export function framesAbove(called: (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, called);
  return (holder.stack ?? "").split("\n").slice(1).join("\n");
}

/** The places that a stack trace names, innermost first, without Node's own and those of packages. */
export function sitesIn(stack: string | undefined): readonly CallSite[] {
  const lines = (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line) && !line.includes("node:"));
  return lines.flatMap((line) => {
    const [, where, row, column] = FRAME.exec(line.trim()) ?? [];
    if (where === undefined || where.includes("/node_modules/")) return [];
    return [{ file: toPath(where), line: Number(row), column: Number(column) }];
  });
}

/** The line that a text stopped being a program on: Node puts it before the error itself. */
export function syntaxSiteIn(stack: string | undefined): CallSite | undefined {
  const [, where, row] = /^((?:file:\/\/|\/|[A-Za-z]:\\).*):(\d+)\n/.exec(stack ?? "") ?? [];
  return where === undefined ? undefined : { file: toPath(where), line: Number(row), column: 1 };
}

function toPath(where: string): string {
  return where.startsWith("file://") ? fileURLToPath(where.replace(/[?#].*$/, "")) : where;
}
