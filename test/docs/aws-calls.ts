import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * What commands of a page would call `aws` with, as a shell reads them. `answer` is bash: what `aws` does when it is
 * called, in a folder of its own.
 */
export function awsCalls(commands: string, answer = ":"): readonly (readonly string[])[] {
  const cwd = mkdtempSync(path.join(tmpdir(), "specdrop-aws-"));
  try {
    writeFileSync(path.join(cwd, "calls"), "");
    const functions = `name() { echo "the-$1"; }\naws() { printf '%s\\0' "$#" "$@" >>calls; ${answer}\n}\n`;
    execFileSync("bash", ["-euc", `${functions}${commands}`], { cwd });
    const words = readFileSync(path.join(cwd, "calls"), "utf8").split("\0").slice(0, -1);
    const calls: string[][] = [];
    while (words.length > 0) calls.push(words.splice(0, Number(words.shift())));
    return calls;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
