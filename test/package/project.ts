import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { endWithTest } from "../cli/end-with-test.ts";
import { emptyFolder, ROOT } from "../cli/run-cli.ts";

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where `npm run pack` puts what it packs. */
export const STAGE = join(ROOT, "dist/package");

const read = (file: string) => JSON.parse(readFileSync(file, "utf8"));
const MODULES = "node_modules/";

/** Builds the tarball, as people and the release do. Returns its path. */
export function pack(): string {
  npm(ROOT, "run", "pack");
  const { version } = read(join(ROOT, "package.json"));
  return join(ROOT, `dist/specdrop-${version}.tgz`);
}

/**
 * A folder far from this repository in which npm has installed a tarball. Everything else comes in the versions of the
 * repository's lock file, so from npm's cache where `npm ci` has filled it.
 */
export function install(tarball: string): string {
  const folder = emptyFolder();
  const dependencies = { specdrop: `file:${relative(folder, tarball)}` };
  const manifest = { name: "project", private: true, type: "module", dependencies };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lockOf(manifest, tarball)));
  npm(folder, "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund");
  return folder;
}

function npm(cwd: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd, encoding: "utf8", env: environment() });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${stdout}${stderr}`);
}

function lockOf(manifest: { readonly dependencies: { readonly specdrop: string } }, tarball: string): object {
  const all = read(join(ROOT, "package-lock.json")).packages as Readonly<Record<string, Locked>>;
  const { version, dependencies, bin, engines } = read(join(STAGE, "package.json"));
  const integrity = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  const resolved = manifest.dependencies.specdrop;
  const specdrop = { version, resolved, integrity, license: "Apache-2.0", dependencies, bin, engines };
  const packages: Record<string, object> = { "": manifest, "node_modules/specdrop": specdrop };
  const waiting: [name: string, from: string][] = Object.keys(dependencies).map((name) => [name, ""]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const path = placeOf(next[0], next[1], all);
    if (path === undefined || path in packages) continue;
    const { dev: _, peer: __, ...entry } = all[path] as Locked & { dev?: boolean; peer?: boolean };
    packages[path] = entry;
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }))
      waiting.push([name, path]);
  }
  return { name: "project", lockfileVersion: 3, requires: true, packages };
}

/** Where Node would find a package that the one at `from` imports. */
function placeOf(name: string, from: string, all: Readonly<Record<string, Locked>>): string | undefined {
  const path = `${from === "" ? "" : `${from}/`}${MODULES}${name}`;
  if (path in all) return path;
  if (from === "") return undefined;
  return placeOf(name, from.slice(0, Math.max(0, from.lastIndexOf(MODULES) - 1)), all);
}

/** The Node of the tests first, and nothing of AWS. */
function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:AWS_|NODE_OPTIONS$|FORCE_|NO_COLOR$)/.test(name));
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`;
  return { ...Object.fromEntries(kept), AWS_EC2_METADATA_DISABLED: "true", ...more, PATH };
}

/** Starts the command that npm has linked; it does not outlive the test. */
export function start(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = join(folder, "node_modules/.bin/specdrop");
  const child = spawn(command, args, { cwd: folder, env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
  endWithTest(child);
  const ended = new Promise<number | null>((done) => child.once("close", done));
  return { child, ended };
}

export async function specdrop(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const { child, ended } = start(folder, args, env);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

export function write(folder: string, file: string, body: string): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, body);
  return path;
}

/** What the compiler of this repository says of a project that has no types but those of what it has installed. */
export function typeErrors(folder: string, compilerOptions: object): string {
  const config = write(folder, "tsconfig.json", JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  if (!existsSync(compiler)) throw new Error("there is no compiler");
  return spawnSync(process.execPath, [compiler, "-p", config], { cwd: folder, encoding: "utf8" }).stdout;
}
