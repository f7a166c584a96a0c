import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileLedger, openFileLedger, readFileLedger } from "@specdrop/ledger/file";
import { memoryLedger } from "@specdrop/ledger/memory";
import { expect, test } from "vitest";
import { expectRenamed, FENCES, fill, KEY, RENAMING, renameContract } from "../contract/rename.ts";

renameContract("memory", async () => ({ ledger: memoryLedger(), close: async () => {} }));
renameContract("a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "specdrop-renames-"));
  const ledger = await openFileLedger(join(folder, "ledger.json"));
  return {
    ledger,
    async close() {
      await ledger.close();
      await rm(folder, { recursive: true });
    },
  };
});

test("a rename whose journal is cut off after any line is finished by the next", async () => {
  const folder = await mkdtemp(join(tmpdir(), "specdrop-rename-"));
  const path = join(folder, "ledger.json");
  const before = await openFileLedger(path);
  await fill(before);
  await before.close();
  const text = await readFile(path, "utf8");
  const renaming = await openFileLedger(path);
  await renaming.renameDocument(RENAMING, KEY, FENCES);
  const lines = (await readFile(`${path}.journal`, "utf8")).split("\n").slice(0, -1);
  await renaming.close();
  expect(lines.length).toBeGreaterThan(10);

  for (let kept = 0; kept < lines.length; kept += 1) {
    await writeFile(path, text);
    const whole = await readFileLedger(path);
    await writeFile(
      `${path}.journal`,
      lines
        .slice(0, kept)
        .map((line) => `${line}\n`)
        .join(""),
    );
    let opened: FileLedger | undefined;
    await expectRenamed(whole, async () => {
      opened = await openFileLedger(path);
      expect(await opened.renameDocument(RENAMING, KEY, FENCES)).toBe("renamed");
      return opened;
    });
    await opened?.close();
  }
  await rm(folder, { recursive: true });
});
