import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "@specdrop/local/index";
import { bundle, linkTo } from "../build.ts";
import { FUNCTION_NAMES, type FunctionName, NODEJS } from "../functions.ts";
import { type ExecutionEnvironment, startEnvironment } from "./execution-environment.ts";

const NAMESPACE = { POWERTOOLS_METRICS_NAMESPACE: "specdrop/test" };

/** The environment that `sst.config.ts` gives each function, with what the stack has in the place of AWS. */
export function environmentOf(name: FunctionName, stack: Stack): Readonly<Record<string, string>> {
  const aws = { AWS_ENDPOINT_URL: stack.url };
  if (name === "notify") {
    const queue = {
      SPECDROP_BUS: stack.bus,
      SPECDROP_TABLE: stack.table,
      SPECDROP_NOTIFICATIONS_URL: stack.notificationsUrl,
    };
    return { ...aws, ...NAMESPACE, ...queue, SPECDROP_LOG_GROUPS: "/aws/lambda/specdrop-test-Reconcile" };
  }
  return {
    ...aws,
    ...NAMESPACE,
    SPECDROP_BUCKET: stack.bucket,
    SPECDROP_BUS: stack.bus,
    SPECDROP_QUEUE_URL: stack.queueUrl,
    SPECDROP_TABLE: stack.table,
  };
}

/** What `sst.config.ts` links to each function. */
export function linksOf(name: FunctionName, stack: Stack): Readonly<Record<string, object>> {
  return name === "notify" ? { SlackWebhookUrl: { type: "sst.sst.Secret", value: stack.slackWebhookUrl } } : {};
}

export type Shipped = Awaited<ReturnType<typeof shipFunctions>>;

/** The bundles of all functions, each of which starts with its first event, as in Lambda, and then stays. */
export async function shipFunctions(stackOf: () => Stack) {
  const folder = await mkdtemp(join(tmpdir(), "specdrop-bundles-"));
  await Promise.all(FUNCTION_NAMES.map((name) => bundle(`functions/src/${name}.ts`, join(folder, name), NODEJS)));
  const started = new Map<FunctionName, Promise<ExecutionEnvironment>>();

  async function start(name: FunctionName): Promise<ExecutionEnvironment> {
    const code = join(folder, name);
    const stack = stackOf();
    const linked = await linkTo(code, linksOf(name, stack));
    const environment = { ...environmentOf(name, stack), ...linked };
    return startEnvironment({ name, folder: code, environment, memoryMb: 512, timeoutMs: 60_000 });
  }

  return {
    async invoke(name: FunctionName, event: unknown): Promise<unknown> {
      const environment = started.get(name) ?? start(name);
      started.set(name, environment);
      return (await environment).invoke(event);
    },
    /** Ends all of them. Resolves to what each wrote to its log. */
    async stop(): Promise<ReadonlyMap<FunctionName, string>> {
      const logs = new Map<FunctionName, string>();
      for (const [name, environment] of started) logs.set(name, await (await environment).stop());
      await rm(folder, { recursive: true, force: true });
      return logs;
    },
  };
}
