import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openFileLedger } from "@specdrop/ledger/file";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ledgerContract, owned, pendingCreate, resultEvent, revision } from "../contract/ledger.ts";
import { spentSince } from "../cost-of.ts";

const DOCUMENT = "s3://specs/a.yaml";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "specdrop-ledger-"));
  path = join(folder, "ledger.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

ledgerContract("a file", async () => {
  const ledger = await openFileLedger(path);
  return { ledger, close: () => ledger.close() };
});

test("what was written is there after closing and opening, whole", async () => {
  const before = await openFileLedger(path);
  await before.recordRevision(DOCUMENT, revision());
  await before.beginRun(DOCUMENT, "api1", 1, 1, "run");
  await before.settle(DOCUMENT, "api1", 1, resultEvent(1));
  await before.claim(owned(), 1);
  await before.acquireLease("api1", "one", 100, 1000);
  const document = await before.readDocument(DOCUMENT);
  const changeSet = await before.readChangeSet(DOCUMENT, "api1");
  await before.close();

  const after = await openFileLedger(path);
  expect(await after.readDocument(DOCUMENT)).toEqual(document);
  expect(await after.readChangeSet(DOCUMENT, "api1")).toEqual(changeSet);
  expect(await after.listOwned(owned().ApiId)).toEqual([owned()]);
  expect(await after.acquireLease("api1", "two", 100, 1050)).toBeUndefined();
  await after.close();
  expect((await readdir(folder)).sort()).toEqual(["ledger.json", "ledger.json.lock"]);
});

test("the file reads the same whatever the order of writing", async () => {
  const keys = ["/2\\d\\d/", "$default", "/404/"];
  const text = async (order: readonly string[]) => {
    const ledger = await openFileLedger(path);
    for (const IntegrationResponseKey of order) await ledger.claim(owned({ IntegrationResponseKey }), 1);
    await ledger.close();
    const written = await readFile(path, "utf8");
    await rm(path);
    return written;
  };
  const written = await text(keys);
  expect(await text(keys.toReversed())).toBe(written);
  expect(written).toMatchSnapshot();
});

test("a pending create is the same to the letter after closing and opening", async () => {
  const pending = pendingCreate({ ResponseTemplates: JSON.parse('{"z":"1","a":"2","__proto__":"3"}') });
  const before = await openFileLedger(path);
  await before.claim(owned({ pending }), 1);
  await before.close();
  const after = await openFileLedger(path);
  const [held] = await after.listOwned(owned().ApiId);
  expect(JSON.stringify(held?.pending)).toBe(JSON.stringify(pending));
  await after.close();
});

test("folders are created, and a ledger that is only read leaves no file", async () => {
  const nested = join(folder, "deeper", ".specdrop", "ledger.json");
  const ledger = await openFileLedger(nested);
  expect(await ledger.listOwned("api1")).toEqual([]);
  await ledger.close();
  expect(await readdir(join(folder, "deeper", ".specdrop"))).toEqual(["ledger.json.lock"]);
});

test("a second opening is refused and names the holder", async () => {
  const ledger = await openFileLedger(path);
  await expect(openFileLedger(path)).rejects.toThrow(`The ledger ${path} is in use by this process.`);
  await symlink(folder, `${folder}-link`);
  await expect(openFileLedger(join(`${folder}-link`, "ledger.json"))).rejects.toThrow("in use by this process");
  await rm(`${folder}-link`);
  await ledger.close();
  await (await openFileLedger(path)).close();
});

test("a second opening may wait for the first to close", async () => {
  const first = await openFileLedger(path);
  const second = openFileLedger(path, { waitMs: 20_000 });
  await first.claim(owned(), 1);
  await first.close();
  const ledger = await second;
  expect(await ledger.listOwned(owned().ApiId)).toEqual([owned()]);
  await ledger.close();
});

test("waiting ends with the same error", async () => {
  const ledger = await openFileLedger(path);
  const start = performance.now();
  await expect(openFileLedger(path, { waitMs: 60 })).rejects.toThrow("in use by this process");
  expect(performance.now() - start).toBeGreaterThanOrEqual(59);
  await ledger.close();
});

test("a closed ledger refuses everything; closing it again does nothing", async () => {
  const ledger = await openFileLedger(path);
  const writing = ledger.claim(owned(), 1);
  await ledger.close();
  expect(await writing).toEqual({ claimed: true });
  await expect(ledger.claim(owned(), 1)).rejects.toThrow(`The ledger ${path} is closed.`);
  await expect(ledger.listOwned("api1")).rejects.toThrow("is closed");
  await ledger.close();
});

test.each([
  ["", "cannot be used"],
  ['{\n"a":"secret"\n"b"', "It is not JSON from line 3 on."],
  ['{"a":secret', "It is not JSON. Restore"],
  ["[]", "It is JSON, but not an object."],
  ["{}", 'It has no "format": "specdrop-ledger".'],
  ['{"format":"specdrop-ledger"}', "It has an unknown format."],
  [
    '{"format":"specdrop-ledger","version":3}',
    "It has format 3; this specdrop reads formats up to 2. Use the specdrop",
  ],
  ['{"format":"specdrop-ledger","version":1,"documents":[]}', "Its changeSets is not a list."],
  [ledgerText('{"apiId":"a"}'), "leases[0].fence is missing."],
  [ledgerText('{"apiId":"a","fence":"secret"}'), "leases[0].fence is not a whole number, 0 or more."],
  [ledgerText('{"apiId":"a","fence":1},{"apiId":"a","fence":2}'), "There are two records of a in leases."],
])("%j is refused with its path, and left as it is", async (text, message) => {
  await writeFile(path, text);
  const opening = openFileLedger(path);
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toThrow(`The ledger file ${path} cannot be used.`);
  expect(await readFile(path, "utf8")).toBe(text);
});

function ledgerText(leases: string): string {
  return `{"format":"specdrop-ledger","version":2,"documents":[],"changeSets":[],"owned":[],"leases":[${leases}]}`;
}

test("what cannot be read at all is an error, too", async () => {
  await expect(openFileLedger(folder)).rejects.toThrow(`The ledger file ${folder} cannot be read.`);
  await writeFile(`${path}.lock`, "not a database, and longer than an SQLite header would be ".repeat(40));
  await expect(openFileLedger(path)).rejects.toThrow(`If no specdrop is running, delete ${path}.lock and try again.`);
});

test("a folder that cannot be created is an error that says so, and ends at once", async () => {
  await writeFile(path, "{}");
  for (const below of ["l.json", "deep/er/l.json"]) {
    await expect(openFileLedger(join(path, below))).rejects.toThrow(/ledger\.json is a file\. Choose another place/);
  }
  await expect(openFileLedger("/proc/specdrop/l.json")).rejects.toThrow(/folder \/proc\/specdrop cannot be created: /);
  const ledger = await openFileLedger(join(folder, "a/b/c/l.json"));
  await ledger.close();
  expect(await readdir(join(folder, "a/b"))).toEqual(["c"]);
});

test("a journal cut off in its last line is replayed up to there", async () => {
  await writeFile(path, ledgerText('{"apiId":"a","fence":1}'));
  const change = (key: string, record?: object) => JSON.stringify({ table: "leases", key, record });
  const lines = [change("b", { apiId: "b", fence: 7 }), change("a"), change("c", { apiId: "c", fence: 9 })];
  await writeFile(`${path}.journal`, lines.join("\n"));
  const ledger = await openFileLedger(path);
  expect(JSON.parse(await readFile(path, "utf8")).leases).toEqual([{ apiId: "b", fence: 7 }]);
  expect(await readFile(`${path}.journal`, "utf8")).toBe("");
  expect(await ledger.acquireLease("c", "one", 100, 1000)).toMatchObject({ fence: 1 });
  await ledger.close();
});

test("a journal that is broken elsewhere, or has lost its file, is an error", async () => {
  await writeFile(`${path}.journal`, "nonsense\n");
  await expect(openFileLedger(path)).rejects.toThrow(
    `${path}.journal is the journal of ${path}, but ${path} is missing.`,
  );
  await writeFile(path, ledgerText(""));
  await expect(openFileLedger(path)).rejects.toThrow(`The ledger file ${path}.journal cannot be used.`);
  const lease = '{"table":"leases","key":"a","record":{"apiId":"a","fence":1}}\n';
  for (const [line, problem] of [
    ['{"table":"leases"}', "Line 2 has no record key."],
    ['{"table":"wishes","key":"a"}', "Line 2 has no table that this specdrop knows."],
    ['{"table":"leases","key":"a","record":{"apiId":"a"}}', "Line 2: record.fence is missing."],
    ['{"table":"leases","key":"b","record":{"apiId":"a","fence":1}}', "Line 2 has the record of another key."],
    ['{"table":"leases","key":"a","checksum":"0f"}', "Line 2 is not what specdrop wrote: the checksum differs."],
    ["secret", "Line 2 is not JSON."],
  ]) {
    await writeFile(`${path}.journal`, `${lease}${line}\n`);
    await expect(openFileLedger(path)).rejects.toThrow(`The ledger file ${path}.journal cannot be used. ${problem}`);
  }
});

test("after a failed write the ledger stops, and what was written before is there", async () => {
  await writeFile(path, ledgerText('{"apiId":"a","fence":1}'));
  const ledger = await openFileLedger(path);
  await mkdir(`${path}.journal`);
  const lost = [ledger.claim(owned(), 1), ledger.acquireLease("a", "one", 100, 1000)];
  for (const call of lost) await expect(call).rejects.toThrow(`The ledger ${path} could not be written.`);
  await expect(ledger.listOwned(owned().ApiId)).rejects.toThrow("could not be written");
  await expect(ledger.close()).rejects.toThrow("could not be written");

  await rmdir(`${path}.journal`);
  const next = await openFileLedger(path);
  expect(await next.listOwned(owned().ApiId)).toEqual([]);
  expect(await next.acquireLease("a", "one", 100, 1000)).toMatchObject({ fence: 2 });
  await next.close();
});

test("2,000 resources are claimed one after the other in a few seconds", async () => {
  const ledger = await openFileLedger(path);
  const before = process.cpuUsage();
  for (let i = 0; i < 2000; i++) await ledger.claim(owned({ IntegrationResponseKey: `/${i}/` }), 1);
  await ledger.close();
  expect(spentSince(before)).toBeLessThan(20_000);
  expect(JSON.parse(await readFile(path, "utf8")).owned).toHaveLength(2000);
});

test("a journal that outgrows the file is folded into it", async () => {
  const ledger = await openFileLedger(path);
  const documentId = `s3://specs/${"k".repeat(1000)}`;
  const sizes: number[] = [];
  for (let i = 0; i < 60; i++) {
    const calls = Array.from({ length: 40 }, () => ledger.claim(owned({ documentId }), i));
    await Promise.all(calls);
    sizes.push((await readFile(`${path}.journal`)).byteLength);
  }
  await ledger.close();
  expect(Math.max(...sizes)).toBeGreaterThan(1024 * 1024);
  expect(Math.max(...sizes)).toBeLessThan(1.2 * 1024 * 1024);
  expect(sizes.at(-1)).toBeLessThan(1024 * 1024);
});

test("a process that is killed frees the lock at once, and loses nothing it was told is safe", async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "hold-ledger.ts"), path], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const safe: string[] = [];
  let refusal: unknown;
  let complaints = "";
  child.stderr.on("data", (chunk) => {
    complaints += chunk;
  });
  for await (const key of createInterface(child.stdout)) {
    safe.push(key);
    if (safe.length === 50) {
      refusal = await openFileLedger(path).catch((error: unknown) => error);
      child.kill("SIGKILL");
    }
  }
  await exited;
  expect(complaints).toBe("");
  expect(refusal).toMatchObject({ message: expect.stringContaining(`is in use by process ${child.pid}.`) });

  const ledger = await openFileLedger(path);
  const held = (await ledger.listOwned(owned().ApiId)).map((resource) => resource.IntegrationResponseKey);
  expect(held).toEqual(expect.arrayContaining(safe));
  expect(held.length - safe.length).toBeLessThanOrEqual(1);
  await ledger.close();
});
