import { spawnSync } from "node:child_process";

/** The commands of a block of shell, each whole: loops, and lines that go on after a backslash or inside quotes, stay together. */
export function commandsOf(text: string): readonly string[] {
  const commands: string[] = [];
  let pending = "";
  for (const line of text.split("\n")) {
    pending += pending === "" ? line : `\n${line}`;
    const isCut = /(?:\\|&&|\||\|\|)$/.test(pending);
    if (pending.trim() === "" || isCut || spawnSync("bash", ["-n"], { input: pending }).status !== 0) continue;
    commands.push(pending);
    pending = "";
  }
  if (pending.trim() !== "") throw new Error(`This is no whole command:\n${pending}`);
  return commands;
}
