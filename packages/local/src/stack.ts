import { setTimeout as sleep } from "node:timers/promises";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Telemetry } from "@specdrop/functions/lambda";
import { pipeline } from "@specdrop/functions/pipeline";
import { type EndpointsOptions, startEndpoints } from "./endpoints.ts";
import { startEventSource } from "./event-source.ts";
import { type Handler, invoke } from "./invocation.ts";
import { BUCKET, BUS, DEAD_LETTER_QUEUE, makeResources, QUEUE, routeEvents, TABLE } from "./stack-resources.ts";

/** A line that a function logged, or that says how an invocation failed. */
export interface LogLine {
  readonly function: "intake" | "reconcile" | "notify";
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface StackOptions extends Omit<EndpointsOptions, "bus"> {
  /** Where the functions' log goes; nowhere without it. */
  readonly log?: (line: LogLine) => void;
  /** What Lambda would allow an invocation, in milliseconds; a minute. */
  readonly timeoutMs?: number;
  /** How many batches of signals are worked on at once; 4. */
  readonly pollers?: number;
  /** After how long a failed signal is delivered again, in seconds; 1. */
  readonly retryDelaySeconds?: number;
}

export type Stack = Awaited<ReturnType<typeof startStack>>;

const IDLE_POLL_MS = 5;

/**
 * The whole of specdrop on one loopback port: the endpoints, what the infrastructure makes on them, and the deployed
 * handlers, which speak to the port with the same SDK clients as everybody else.
 */
export async function startStack({
  log,
  timeoutMs = 60_000,
  pollers = 4,
  retryDelaySeconds = 1,
  ...options
}: StackOptions = {}) {
  const endpoints = await startEndpoints({ ...options, bus: BUS });
  const { clientSettings, region, account, inFlight } = endpoints;
  const arnOf = (queue: string) => `arn:aws:sqs:${region}:${account}:${queue}`;
  const logger = loggerTo(log);
  try {
    const queueUrl = await makeResources(endpoints, arnOf, timeoutMs);
    const { intake, reconcile, notify } = pipeline({
      config: { bucket: BUCKET, bus: BUS, queueUrl, table: TABLE, slackWebhookUrl: endpoints.slackWebhookUrl },
      settings: clientSettings,
      telemetry: (name) => telemetryTo(logger(name)),
    });

    const invoker = (name: LogLine["function"], handler: Handler) => {
      const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
      return (event: unknown) =>
        invoke({ name, arn, timeoutMs }, handler, event).catch((error: unknown) => {
          logger(name)("error", "The invocation failed", { error });
          throw error;
        });
    };
    await routeEvents(endpoints, {
      intake: endpoints.registerFunction("intake", invoker("intake", intake)),
      notify: endpoints.registerFunction("notify", invoker("notify", notify)),
    });

    const consumer = new SQSClient(clientSettings);
    const stopConsuming = startEventSource({
      client: consumer,
      queueUrl,
      queueArn: arnOf(QUEUE),
      region,
      invoke: invoker("reconcile", reconcile),
      pollers,
      retryDelaySeconds,
      inFlight,
      onError: (error) => logger("reconcile")("error", "The event source mapping had an error", { error }),
    });

    return {
      ...endpoints,
      bucket: BUCKET,
      bus: BUS,
      table: TABLE,
      queueUrl,
      /** How many signals were given up. */
      deadLetters: async (): Promise<number> => (await endpoints.queueCounts(DEAD_LETTER_QUEUE))?.visible ?? 0,

      /** Resolves when nothing is in flight: no event undelivered, no signal queued, no invocation running. */
      async idle(): Promise<void> {
        for (;;) {
          await inFlight.none();
          const begun = inFlight.begun();
          const counts = await endpoints.queueCounts(QUEUE);
          const left = counts === undefined ? 0 : counts.visible + counts.inFlight + counts.delayed;
          if (left === 0 && inFlight.begun() === begun) return;
          await sleep(IDLE_POLL_MS);
        }
      },

      /** Stops at once; what was in flight is lost. */
      async close(): Promise<void> {
        stopConsuming();
        await endpoints.close();
        consumer.destroy();
      },
    };
  } catch (error) {
    await endpoints.close();
    throw error;
  }
}

type Log = (level: LogLine["level"], message: string, fields?: LogLine["fields"]) => void;

function loggerTo(sink: StackOptions["log"]): (name: LogLine["function"]) => Log {
  return (name) =>
    (level, message, fields = {}) =>
      sink?.({ function: name, level, message, fields });
}

function telemetryTo(log: Log): Telemetry {
  return {
    log: {
      info: (message, fields) => log("info", message, fields),
      warn: (message, fields) => log("warn", message, fields),
      error: (message, fields) => log("error", message, fields),
    },
    count: () => undefined,
    duration: () => undefined,
    middleware: [],
  };
}
