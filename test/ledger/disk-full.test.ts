import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileLedger } from "@specdrop/ledger/file";
import { isDiskFull } from "@specdrop/ledger/file/disk-full";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { owned } from "../contract/ledger.ts";

let folder: string;
let mounted = false;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "specdrop-full-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], { stdio: "ignore" });
    mounted = true;
  } catch {
    // Only root may: elsewhere the codes alone are tested.
  }
});
afterAll(async () => {
  if (mounted) execFileSync("umount", [folder]);
  await rm(folder, { recursive: true, force: true });
});

test.each([
  [{ code: "ENOSPC" }, true],
  [{ code: "EDQUOT" }, true],
  [{ code: "EACCES" }, false],
  // SQLITE_FULL, an extended form of it, SQLITE_BUSY, and SQLITE_CANTOPEN where there is room.
  [{ errcode: 13 }, true],
  [{ errcode: 13 + 256 }, true],
  [{ errcode: 5 }, false],
  [{ errcode: 14 }, false],
])("an error with %j says that the disk is full: %j", (properties, expected) => {
  expect(isDiskFull(Object.assign(new Error("broken"), properties), join(folder, "l.json"))).toBe(expected);
});

test("what is no error says nothing", () => {
  expect(isDiskFull("ENOSPC", folder)).toBe(false);
});

/** Leaves no byte on the disk. */
function fill(): void {
  for (let bytes = 65_536; bytes >= 1; bytes = bytes > 1 ? Math.floor(bytes / 2) : 0) {
    try {
      for (;;) writeFileSync(join(folder, "fill"), Buffer.alloc(bytes), { flag: "a" });
    } catch (error) {
      expect(error).toMatchObject({ code: "ENOSPC" });
    }
  }
}

describe("on a disk that is full", () => {
  test("the lock, the file and the journal say so, and it goes on once there is room", async ({ skip }) => {
    if (!mounted) skip();
    const path = join(folder, "ledger.json");
    fill();
    await expect(openFileLedger(path)).rejects.toThrow(
      `The ledger ${path} cannot be locked: the disk is full. Free some space, and run again`,
    );
    await rm(join(folder, "fill"));

    const first = await openFileLedger(path);
    fill();
    await expect(first.claim(owned(), 1)).rejects.toThrow(`The ledger ${path} could not be written: the disk is full.`);
    await expect(first.close()).rejects.toThrow("the disk is full");
    await rm(join(folder, "fill"));

    const second = await openFileLedger(path);
    await second.claim(owned(), 1);
    fill();
    const large = owned({ IntegrationResponseKey: `/${"x".repeat(20_000)}/` });
    await expect(second.claim(large, 1)).rejects.toThrow("could not be written: the disk is full.");
    await expect(second.close()).rejects.toThrow("the disk is full");
    await expect(openFileLedger(join(folder, "more", "ledger.json"))).rejects.toThrow("the disk is full");
    await rm(join(folder, "fill"));

    const third = await openFileLedger(path);
    expect(await third.listOwned(owned().ApiId)).toEqual([owned()]);
    await third.close();
  });
});
