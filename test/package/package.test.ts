import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT, said } from "../cli/run-cli.ts";
import { install, pack, specdrop, start, typeErrors, write } from "./project.ts";

const DOCUMENT =
  "ApiId: a1b2c3d4e5\nIntegrationId: abc1234\nIntegrationResponses:\n  ok: { IntegrationResponseKey: $default }\n";
const AWS = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };

let project: string;

beforeAll(() => {
  project = install(pack());
}, 180_000);

// It has 67 MB.
afterAll(() => rmSync(project, { recursive: true, force: true, maxRetries: 5 }), 60_000);

const installed = (file: string): string => join(project, "node_modules/specdrop", file);

test("the tarball holds what users need, and nothing of this machine or of our own work", () => {
  const files = readdirSync(installed("."), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(installed("."), join(entry.parentPath, entry.name)));
  const wanted = [
    /^(?:package\.json|schema\.json|README\.md|CHANGELOG\.md|LICENSE|THIRD-PARTY-NOTICES)$/,
    /^bin\/(?:quiet|specdrop|start)\.cjs$/,
    /^dist\/(?:chunks\/)?[\w-]+\.js(?:\.map)?$/,
    /^types\/[\w/-]+\.d\.ts$/,
    /^docs\/diagnostics\/SD\d{4}\.md$/,
    /^examples\/[\w-]+\.(?:yaml|json)$/,
    /^schemas\/\w+\.json$/,
    /^sst\/(?:specdrop\.(?:js|js\.map|d\.ts)|settings\.d\.ts)$/,
    /^sst\/functions\/(?:intake|reconcile|notify|sweep)\/[\w-]+\.mjs$/,
  ];
  expect(files.filter((file) => !wanted.some((pattern) => pattern.test(file)))).toEqual([]);
  for (const pattern of wanted) expect(files.some((file) => pattern.test(file))).toBe(true);
  for (const file of files) expect(readFileSync(installed(file), "utf8").includes(ROOT), file).toBe(false);
  const pages = readdirSync(join(ROOT, "docs/diagnostics")).filter((file) => file.startsWith("SD"));
  expect(files.filter((file) => file.startsWith("docs/"))).toHaveLength(pages.length);
});

test("the package names its dependencies by exact versions, and the notices every package that it contains", () => {
  const { dependencies, devDependencies, scripts, engines } = JSON.parse(
    readFileSync(installed("package.json"), "utf8"),
  );
  for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect({ devDependencies, scripts, engines }).toEqual({ engines: { node: ">=22.13.0" } });
  const notices = readFileSync(installed("THIRD-PARTY-NOTICES"), "utf8");
  const chunks = readdirSync(installed("dist/chunks")).filter((file) => file.endsWith(".map"));
  const contained = chunks.flatMap((file) => {
    const { sources } = JSON.parse(readFileSync(installed(`dist/chunks/${file}`), "utf8")) as { sources: string[] };
    return sources.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1] ?? []);
  });
  expect(contained.length).toBeGreaterThan(10);
  expect([...new Set(contained)].filter((name) => !new RegExp(`^${name} \\d`, "m").test(notices))).toEqual([]);
});

test("validate, and a page for each diagnostic, with a link to it where terminals have links", async () => {
  write(project, "good.yaml", DOCUMENT);
  write(project, "bad.yaml", `${DOCUMENT}Nonsense: 1\n`);
  expect(await specdrop(project, ["validate", "good.yaml"])).toEqual({
    code: 0,
    stdout: "1 file, 1 resource: 0 errors, 0 warnings\n",
    stderr: "",
  });
  const bad = await specdrop(project, ["validate", "bad.yaml"], { FORCE_HYPERLINK: "1" });
  expect(bad.code).toBe(1);
  const [url = "", words] = bad.stdout.split("\u001b]8;;")[1]?.split("\u001b\\") ?? [];
  expect(words).toBe("specdrop explain SD2001");
  expect(fileURLToPath(url)).toBe(realpathSync(installed("docs/diagnostics/SD2001.md")));
  expect((await specdrop(project, ["explain", "SD2001"])).stdout).toMatch(/^error SD2001: Unknown property\n/);
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect((await specdrop(project, ["--version"])).stdout).toBe(`${version}\n`);
});

test("init names the installed schema, which is the published one", async () => {
  const { code } = await specdrop(project, ["init", "service"]);
  expect(code).toBe(0);
  const [line] = readFileSync(join(project, "service/specs/chat.yaml"), "utf8").split("\n");
  expect(line).toBe("# yaml-language-server: $schema=../../node_modules/specdrop/schema.json");
  const schema = fileURLToPath(import.meta.resolve("@specdrop/spec/schema.json"));
  expect(readFileSync(installed("schema.json"), "utf8")).toBe(readFileSync(schema, "utf8"));
  expect((await specdrop(project, ["validate", "--strict", "service/specs"])).code).toBe(0);
});

test("editors find the schema of the examples", () => {
  for (const file of readdirSync(installed("examples")).filter((name) => name.endsWith(".yaml"))) {
    const [, path = ""] =
      /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(installed(`examples/${file}`), "utf8")) ?? [];
    expect(existsSync(join(installed("examples"), path)), file).toBe(path !== "");
  }
});

test("a stack trace of --debug names the sources", async () => {
  const { code, stderr } = await specdrop(project, ["--debug", "validate", "nowhere.yaml"]);
  expect(stderr).toMatch(/specdrop:\/\/\/packages\/cli\/src\/[\w-]+\.ts:\d+:\d+/);
  expect(code).toBe(2);
});

test("an older Node is told which one is needed", async () => {
  const old = write(project, "old.cjs", 'Object.defineProperty(process.versions, "node", { value: "20.20.2" });');
  const { code, stdout, stderr } = await specdrop(project, ["demo"], { NODE_OPTIONS: `--require=${old}` });
  expect(stderr).toContain("specdrop needs Node 22.13 or later, and this is Node 20.20.2.\n");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
});

test("demo", async () => {
  const { code, stdout } = await specdrop(project, ["demo"]);
  expect(stdout).toContain("Everything went as expected");
  expect(code).toBe(0);
});

test("run carries a TypeScript program by either name, and export names the schema", async () => {
  const { child } = start(project, ["dev", "--port", "0"]);
  const [, url = ""] = /^ready (\S+)\n/.exec(await said(child, "stdout", /\n/)) ?? [];
  const env = { ...AWS, AWS_ENDPOINT_URL: url };
  for (const [index, name] of ["specdrop/authoring", "@specdrop/authoring"].entries()) {
    const declare = `AWS.ApiGatewayV2.IntegrationResponse("ok", { ApiId: "runapi000${index}", IntegrationId: "int0001", IntegrationResponseKey: "$default" })`;
    const first = `import AWS, { SpecdropError } from "${name}";
const live: { readonly IntegrationResponseId: string } = await ${declare};
console.log(live.IntegrationResponseId.length > 0);\n`;
    write(project, `program-${index}.ts`, first);
    const done = await specdrop(project, ["run", `program-${index}.ts`], env);
    expect(done.stdout).toMatch(/^true\nDone in [\d.]+ s: 1 created\./);
    expect(done.code).toBe(0);
    const again = `await ${declare}.catch((error: unknown) => console.log(error instanceof SpecdropError && error.code));\n`;
    write(project, `program-${index}.ts`, first + again);
    expect((await specdrop(project, ["run", `program-${index}.ts`], env)).stdout).toMatch(/^true\nSD7003\n/);
  }
  const exported = await specdrop(project, ["export", "--api", "runapi0000", "--integration", "int0001"], env);
  expect(exported.stdout).toMatch(/^# yaml-language-server: \$schema=\.\/node_modules\/specdrop\/schema\.json\n/);
  expect(exported.code).toBe(0);
});

const CONSUMER = `import AWS, { InvalidPropertiesError, type IntegrationResponseProps } from "specdrop/authoring";
import OtherAWS from "@specdrop/authoring";
import { eventSchemas, parseResultEvent, type ResultDetail } from "specdrop/events";
import { frameOf, type Preview } from "specdrop/preview";

const props: IntegrationResponseProps = { ApiId: "a1", IntegrationId: "b1", IntegrationResponseKey: "$default" };
export const live: Promise<{ readonly IntegrationResponseId: string }> = AWS.ApiGatewayV2.IntegrationResponse("ok", props);
export const codes = (error: InvalidPropertiesError): readonly string[] => error.diagnostics.map(({ code }) => code);
export function failures(event: unknown): ResultDetail | undefined {
  const result = parseResultEvent(event);
  return result.ok && result.value.detailType === "ApplyFailed" ? result.value.detail : undefined;
}
export const titles: readonly string[] = eventSchemas.map(({ title }) => title);
export const preview: Preview = frameOf([{ logicalId: "ok", IntegrationResponseKey: "$default" }], { reply: { status: 200, body: "x" } });
export const other: typeof AWS = OtherAWS;
// @ts-expect-error: a key is text
export const wrong: IntegrationResponseProps = { ...props, IntegrationResponseKey: 200 };
`;

test.each([
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "esnext", moduleResolution: "bundler" },
])("types need nothing else under $moduleResolution", (resolution) => {
  const folder = join(project, resolution.moduleResolution);
  write(folder, "consumer.ts", CONSUMER);
  // What docs/programs.md has for the other name.
  const paths = { "@specdrop/authoring": ["../node_modules/specdrop/types/authoring/index.d.ts"] };
  const strict = {
    strict: true,
    paths,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: [],
    noEmit: true,
  };
  expect(typeErrors(folder, { ...strict, ...resolution, target: "es2022", lib: ["es2022"] })).toBe("");
});

test("events and preview run in a browser", async () => {
  const entry = write(project, "browser.js", 'export * from "specdrop/events";\nexport * from "specdrop/preview";\n');
  const options = { bundle: true, write: false, format: "esm", platform: "browser", logLevel: "silent" } as const;
  const { outputFiles } = await build({ ...options, entryPoints: [entry] });
  expect(outputFiles[0]?.text).not.toMatch(/\b(?:require\(|process\.|Buffer\b|from "node:)/);
});

test("every export and bin of the package exists", () => {
  const manifest = JSON.parse(readFileSync(installed("package.json"), "utf8"));
  const targets = [...Object.values(manifest.exports), ...Object.values(manifest.imports), manifest.bin].flatMap(
    (target) => (typeof target === "string" ? [target] : Object.values(target as Record<string, string>)),
  );
  const missing = targets.filter((target) => !existsSync(installed(target.includes("*") ? dirname(target) : target)));
  expect(missing).toEqual([]);
  const script =
    'import schema from "specdrop/schema.json" with { type: "json" }; import "specdrop/package.json" with { type: "json" }; import failed from "specdrop/events/schemas/ApplyFailed.json" with { type: "json" }; console.log(schema.$schema, failed.title);';
  const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: project,
    encoding: "utf8",
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "http://json-schema.org/draft-07/schema# ApplyFailed\n" });
});
