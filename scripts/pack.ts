/*
 * Builds what users install: `npm run pack` writes dist/specdrop-<version>.tgz, and its content below dist/package.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { bundle } from "./pack/bundle.ts";
import { component } from "./pack/component.ts";
import { declarations } from "./pack/declarations.ts";
import { ROOT, STAGE, sourceOf } from "./pack/layout.ts";
import { manifest } from "./pack/manifest.ts";
import { notices } from "./pack/notices.ts";

/** Copies files of a folder into one of the package. */
function copy(from: string, to: string, wanted: RegExp): void {
  mkdirSync(join(STAGE, to), { recursive: true });
  for (const file of readdirSync(from)) if (wanted.test(file)) cpSync(join(from, file), join(STAGE, to, file));
}

/** The examples, with the schema where the package has it. */
function copyExamples(): void {
  copy(join(ROOT, "examples"), "examples", /\.(?:yaml|json)$/);
  for (const file of readdirSync(join(STAGE, "examples"))) {
    const path = join(STAGE, "examples", file);
    writeFileSync(path, readFileSync(path, "utf8").replace(/(\$schema=)\S+/, "$1../schema.json"));
  }
}

rmSync(STAGE, { recursive: true, force: true });
mkdirSync(STAGE, { recursive: true });

const types = declarations();
const inputs = new Set([...(await bundle()), ...(await component(join(STAGE, "sst")))]);
copy(ROOT, ".", /^(?:README|CHANGELOG)\.md$|^LICENSE$/);
copy(join(ROOT, "packages/cli/bin"), "bin", /\.cjs$/);
copy(join(ROOT, "docs/diagnostics"), "docs/diagnostics", /^SD\d+\.md$/);
copyExamples();
copy(dirname(sourceOf("@specdrop/events/schemas/ApplyFailed.json")), "schemas", /\.json$/);
cpSync(sourceOf("@specdrop/spec/schema.json"), join(STAGE, "schema.json"));
writeFileSync(join(STAGE, "THIRD-PARTY-NOTICES"), notices([...inputs]));
writeFileSync(join(STAGE, "package.json"), `${JSON.stringify(manifest(types), null, 2)}\n`);

const packed = spawnSync("npm", ["pack", STAGE, "--pack-destination", join(ROOT, "dist"), "--json"], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
  shell: process.platform === "win32",
});
if (packed.status !== 0) throw new Error("npm pack failed");
const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(packed.stdout);
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1_000).toLocaleString("en")} kB`;
console.log(
  `${relative(process.cwd(), join(ROOT, "dist", filename))}: ${kilobytes(size)}, ${kilobytes(unpackedSize)} unpacked, ${entryCount} files`,
);
