import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ACCOUNT } from "../infra/mock-aws.ts";

export const REGION = "eu-central-1";
const NODE = path.join(import.meta.dirname, "../../node_modules/node/bin");
const START_MS = 60_000;

export interface Ministack {
  readonly url: string;
  /** What it has written so far, for whoever looks into a failure. */
  log(): string;
  close(): Promise<void>;
}

/** An AWS that nobody here wrote, on a free port of this machine only, which evaluates IAM. */
export async function startMinistack(command: string): Promise<Ministack> {
  const folder = await mkdtemp(path.join(tmpdir(), "specdrop-ministack-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const lines: string[] = [];
  const child = spawn(command, [], {
    cwd: folder,
    // A group of its own, so that the functions' processes end with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: `${NODE}:${process.env["PATH"] ?? ""}`,
      HOME: folder,
      TMPDIR: folder,
      AUTH: "true",
      AWS_ENDPOINT_URL: url,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      IOT_MTLS_PORT: "0",
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      MINISTACK_REGION: REGION,
      S3_DATA_DIR: path.join(folder, "s3"),
      STATE_DIR: path.join(folder, "state"),
    },
  });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => lines.push(String(chunk)));
  const stop = () => end(child, folder);
  process.once("exit", () => kill(child));
  try {
    await ready(child, url);
  } catch (error) {
    await stop();
    throw new Error(`ministack did not start: ${(error as Error).message}\n${lines.join("").slice(-2000)}`, {
      cause: error,
    });
  }
  return { url, log: () => lines.join(""), close: stop };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/_ministack/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`no answer at ${url} within ${START_MS / 1000} s`);
}

function kill({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    kill(child);
    await ended;
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
