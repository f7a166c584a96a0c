import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DEPENDENCIES, LEAST_NODE, LIBRARIES, ROOT } from "./layout.ts";

const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), "utf8"));

/** The package.json that users get. `types` are the paths of the libraries' types. */
export function manifest(types: Readonly<Record<keyof typeof LIBRARIES, string>>): object {
  const { name, version, description, license } = read("package.json");
  const libraries = (Object.keys(LIBRARIES) as (keyof typeof LIBRARIES)[]).map((library) => [
    `./${library}`,
    { types: types[library], default: `./dist/${library}.js` },
  ]);
  return {
    name,
    version,
    description,
    keywords: ["aws", "api-gateway", "websocket", "integration-response", "cloud-control", "eventbridge"],
    license,
    ...repository(),
    type: "module",
    bin: { specdrop: "bin/specdrop.cjs" },
    exports: {
      ...Object.fromEntries(libraries),
      "./sst": { types: "./sst/specdrop.d.ts", default: "./sst/specdrop.js" },
      "./events/schemas/*": "./schemas/*",
      "./schema.json": "./schema.json",
      "./package.json": "./package.json",
    },
    imports: {
      "#authoring": "./dist/authoring.js",
      "#document-schema": "./schema.json",
      "#page-script": "./dist/page-script.js",
      "#program-host": "./dist/program-host.js",
    },
    engines: { node: `>=${LEAST_NODE}` },
    dependencies: Object.fromEntries(DEPENDENCIES.map((dependency) => [dependency, pinOf(dependency)])),
  };
}

/** npm believes a provenance only where the package names the repository that built it. */
function repository(): object {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
  if (GITHUB_SERVER_URL === undefined || GITHUB_REPOSITORY === undefined) return {};
  return { repository: { type: "git", url: `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git` } };
}

/** The version that the one package of ours which needs it has pinned. */
function pinOf(dependency: string): string {
  const folders = readdirSync(join(ROOT, "packages"));
  const pins = folders.map((folder) => read(`packages/${folder}/package.json`).dependencies?.[dependency]);
  const [pin, ...others] = new Set(pins.filter((version) => version !== undefined));
  if (pin === undefined || others.length > 0) throw new Error(`${dependency} has ${others.length + 1} versions`);
  return pin;
}
