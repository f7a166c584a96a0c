import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { RIC } from "./ric.ts";
import { startRuntimeApi } from "./runtime-api.ts";

export interface FunctionSettings {
  readonly name: string;
  /** The unpacked code: what is in /var/task. */
  readonly folder: string;
  /** What the infrastructure, and nobody else, puts in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutMs: number;
}

export type ExecutionEnvironment = Awaited<ReturnType<typeof startEnvironment>>;

/** Starts a function as Lambda does, under its runtime client. Resolves when it is ready for events. */
export async function startEnvironment(settings: FunctionSettings) {
  const { name, folder, timeoutMs } = settings;
  const arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
  const api = await startRuntimeApi({ arn, timeoutMs });
  const begun = performance.now();
  const child = spawn(process.execPath, [RIC, "bundle.handler"], {
    cwd: folder,
    env: { ...reserved(settings), ...settings.environment, AWS_LAMBDA_RUNTIME_API: api.host },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]).then((parts) => parts.join(""));
  const ended = new Promise<void>((resolve) => {
    child.once("close", (code, signal) => {
      void output.then((said) => {
        api.close(new Error(`${name} ended (${signal ?? code}). It said:\n${said}`));
        resolve();
      });
    });
  });
  await api.initialized;
  const initMs = performance.now() - begun;
  return {
    /** From the start of the process to its asking for an event. */
    initMs,
    /** Milliseconds of processor time so far, of all threads; Linux only. */
    cpuMs: () => processorTime(child.pid),
    invoke: api.invoke,
    /** Ends the process. Resolves to all it wrote. */
    async stop(): Promise<string> {
      child.kill("SIGKILL");
      await ended;
      return output;
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function reserved({ name, folder, memoryMb }: FunctionSettings): Readonly<Record<string, string>> {
  return {
    PATH: process.env["PATH"] ?? "",
    TZ: ":UTC",
    LANG: "en_US.UTF-8",
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: "bundle.handler",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/11/22/[$LATEST]0123456789abcdef0123456789abcdef",
    AWS_LAMBDA_LOG_FORMAT: "JSON",
    AWS_LAMBDA_LOG_LEVEL: "INFO",
  };
}

/** Of all threads that are there. */
function processorTime(pid: number | undefined): number {
  const threads = `/proc/${pid}/task`;
  return readdirSync(threads).reduce((sum, id) => sum + threadTime(`${threads}/${id}`), 0);
}

/** https://docs.kernel.org/scheduler/sched-stats.html: nanoseconds on the processor come first. */
function threadTime(thread: string): number {
  try {
    return Number(readFileSync(`${thread}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch (error) {
    // It ended since it was listed.
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || (error as NodeJS.ErrnoException).code === "ESRCH")
      return 0;
    throw error;
  }
}
