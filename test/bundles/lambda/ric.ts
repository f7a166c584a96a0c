import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

const PACKAGE = join(import.meta.dirname, "..");
const CLIENT = join(PACKAGE, "node_modules/aws-lambda-ric");

/** AWS's own runtime client: the program that runs Node functions in Lambda. */
export const RIC = join(CLIENT, "index.mjs");

/** What building it takes, and what it is called where it is installed from. */
const TOOLS = { cmake: "cmake", "g++": "g++", make: "make", xz: "xz-utils", python3: "python3" } as const;

/** What has to be installed first; empty where nothing is missing. */
export function missingTools(): readonly string[] {
  if (isInstalled()) return [];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return Object.entries(TOOLS).flatMap(([tool, name]) =>
    folders.some((folder) => existsSync(join(folder, tool))) ? [] : [name],
  );
}

/** Goes by the last thing its installation makes. */
export function isInstalled(): boolean {
  return existsSync(join(CLIENT, "rapid-client.node"));
}

/** Builds it the first time, which takes minutes. Throws what npm says where that fails. */
export async function installRic(say: (line: string) => void): Promise<void> {
  if (isInstalled()) return;
  say("Building aws-lambda-ric: curl, aws-lambda-cpp and an addon, once. This takes some minutes.");
  const headers = [dirname(dirname(process.execPath)), "/usr/local", "/usr"].find((folder) =>
    existsSync(join(folder, "include/node/node_api.h")),
  );
  // Node-API is the same in every Node; without headers on this machine node-gyp downloads them.
  const env = { ...process.env, ...(headers !== undefined && { npm_config_nodedir: headers }) };
  await promisify(execFile)("npm", ["ci"], { cwd: PACKAGE, env, maxBuffer: 64 * 1024 * 1024 });
  if (!isInstalled()) throw new Error(`npm ci in ${PACKAGE} did not build aws-lambda-ric`);
}
