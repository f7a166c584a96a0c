import { once } from "node:events";
import { said, startCli } from "../cli/run-cli.ts";

/** A `specdrop dev --data` in a process of its own. */
export interface DevProcess {
  readonly url: string;
  /** SIGKILL: resolves when the process is gone. */
  kill(): Promise<void>;
  /** What lies under `/_specdrop/`. */
  shown<Item>(name: string): Promise<readonly Item[]>;
  putFaults(faults: object): Promise<void>;
  /** What it has written to standard error so far. */
  noted(): string;
}

export function spawnDev(data: string) {
  const started = startCli(["dev", "--port", "0", "--data", data]);
  let noted = "";
  started.child.stderr.on("data", (chunk: Buffer) => {
    noted += chunk.toString();
  });
  return { ...started, noted: () => noted };
}

export async function startDev(data: string): Promise<DevProcess> {
  const { child, ended, noted } = spawnDev(data);
  const ready = await said(child, "stdout", /\n/).catch((cause: unknown) => {
    throw new Error(`specdrop dev did not start: ${noted()}`, { cause });
  });
  const url = ready.trim().slice("ready ".length);
  return {
    url,
    noted,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    shown: async <Item>(name: string) => (await (await fetch(`${url}/_specdrop/${name}`)).json()) as Item[],
    async putFaults(faults) {
      const reply = await fetch(`${url}/_specdrop/faults`, { method: "PUT", body: JSON.stringify(faults) });
      if (!reply.ok) throw new Error(await reply.text());
    },
  };
}

/** Kills a process before it is ready, after so many milliseconds. */
export async function killWhileStarting(data: string, afterMs: number): Promise<void> {
  const { child } = spawnDev(data);
  const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
  await once(child, "close");
  clearTimeout(timer);
}
