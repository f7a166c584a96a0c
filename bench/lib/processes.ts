import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AccountSeen } from "./server.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Cloud Control for many accounts, in a process of its own. */
export interface Server {
  /** Makes an account, and returns the endpoint that is its Cloud Control. */
  account(name: string, faults: object): Promise<string>;
  seen(name: string): Promise<AccountSeen>;
  close(): void;
}

export async function startServer(): Promise<Server> {
  const child = fork(here("server.ts"));
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  const url = (name: string) => `http://127.0.0.1:${port}/${name}`;
  return {
    async account(name, faults) {
      await fetch(url(name), { method: "PUT", body: JSON.stringify(faults) });
      return url(name);
    },
    seen: async (name) => (await (await fetch(url(name))).json()) as AccountSeen,
    close: () => child.kill(),
  };
}

export const CREDENTIALS = { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "bench", AWS_SECRET_ACCESS_KEY: "bench" };

/** Lets everybody go on once so many have arrived, so that processes that start do not get in the way of measurements. */
export function gate(count: number): () => Promise<void> {
  let open = () => {};
  let missing = count;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    missing -= 1;
    if (missing === 0) open();
    return opened;
  };
}

/**
 * Runs a client to its end in a process and a folder of its own; resolves to what it sends back. The client says when it
 * has loaded everything, and waits for its order.
 */
export async function runClient<Answer>(
  name: string,
  endpoint: string,
  order: object | Promise<object>,
  ready: () => Promise<void> = async () => {},
): Promise<Answer | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "specdrop-bench-"));
  const env = { ...process.env, ...CREDENTIALS, AWS_ENDPOINT_URL: endpoint, ALCHEMY_TELEMETRY_DISABLED: "1", CI: "" };
  const child: ChildProcess = fork(here(`../clients/${name}`), [], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let answer: Answer | undefined;
  let errors = "";
  const give = async () => {
    await ready();
    const given = await order;
    if (child.connected) child.send(given);
  };
  child.on("message", (message) => {
    if (message === "ready") void give();
    else answer = message as Answer;
  });
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  const [code] = await once(child, "exit");
  await rm(folder, { recursive: true, force: true });
  if (code !== 0) throw new Error(`${name} ended with code ${code}: ${errors.slice(-2_000)}`);
  return answer;
}

/** Installs what specdrop is compared with, where it is not there yet. `false`, said aloud, where that does not work. */
export function havePeers(): boolean {
  if (["alchemy", "velocityjs"].every((name) => existsSync(here(`../node_modules/${name}`)))) return true;
  console.error("Installing the peers into bench/node_modules …");
  const npm = spawnSync("npm", ["ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: here("../"),
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (npm.status === 0) return true;
  console.error("They cannot be installed here: they are left out.");
  return false;
}
