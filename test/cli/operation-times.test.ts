import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileOperationTimes } from "../../packages/cli/src/ledger/operation-times.ts";

test("how long operations take is kept beside the ledger", async () => {
  const folder = await mkdtemp(join(tmpdir(), "specdrop-times-"));
  try {
    const times = fileOperationTimes(join(folder, "ledger.json"));
    await expect(times.read()).rejects.toThrow("ENOENT");
    await times.write({ CREATE: { afterMs: 1_400, byMs: 1_500 } });
    expect(await readFile(join(folder, "ledger.json.pace"), "utf8")).toContain("1400");
    expect(await fileOperationTimes(join(folder, "ledger.json")).read()).toEqual({
      CREATE: { afterMs: 1_400, byMs: 1_500 },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
